"""What people type is read leniently into one canonical value, or refused with a code for what is wrong."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.walk import a_field, raw
from workflows.domain.definition import Field, FieldType, Option
from workflows.domain.errors import FormInvalid
from workflows.domain.facts.kinds.rows import MAX_ROWS
from workflows.domain.facts.kinds.texts import MAX_LONG_TEXT, MAX_TEXT
from workflows.domain.facts.values import (
    KINDS,
    date_in,
    problem_of,
    read,
    read_form,
    truth_in,
    typed,
)
from workflows.domain.ids import FieldName
from workflows.domain.reading.contacts_and_amounts import day_in
from workflows.domain.text import Text

OPTIONS = tuple(Option(id=o, label=Text.same(o)) for o in ("cards", "sbp", "wallets"))
GOODS = a_field(
    "goods",
    FieldType.ROWS,
    columns=(
        a_field("title", required=True),
        a_field("price", FieldType.MONEY),
        a_field("boxed", FieldType.YES_NO),
    ),
)


CHOSEN = (FieldType.CHOICE, FieldType.CHOICES, FieldType.PERSON, FieldType.DEPARTMENT)
A_FILE = {"id": "f1", "name": "a.pdf"}


def field_of(type_: FieldType) -> Field:
    """Build a field of the type, with options or columns where it has some."""
    if type_ is FieldType.ROWS:
        return GOODS
    return a_field("f", type_, options=OPTIONS if type_ in CHOSEN else (), max_files=3)


ACCEPTED: dict[FieldType, list[tuple[object, object]]] = {
    FieldType.TEXT: [
        (" два  слова\n", "два слова"),
        ("a\x00b\ud800", "ab"),
        ("<b>{{x}}</b> *_", "<b>{{x}}</b> *_"),
        ("я" * MAX_TEXT, "я" * MAX_TEXT),
    ],
    FieldType.LONG_TEXT: [
        ("раз\r\nдва\n\n три ", "раз\nдва\n\n три"),
        ("раз\r\r\nдва\rтри", "раз\n\nдва\nтри"),
        ("я" * MAX_LONG_TEXT, "я" * MAX_LONG_TEXT),
    ],
    FieldType.NUMBER: [
        ("5", "5"),
        ("+5", "5"),
        ("-0", "0"),
        ("-7,50", "-7.5"),
        ("1 000 000", "1000000"),
        ("1'000", "1000"),
        ("007", "7"),
        ("100", "100"),
        ("0.10", "0.1"),
        ("٣", "3"),
        ("\u22123", "-3"),
        ("12’500", "12500"),
        ("0.125", "0.125"),
        ("1,1250", "1.1250"),
        ("1 234,567", "1234.567"),
        ("1,234,567", "1234567"),
        ("1.234,5", "1234.5"),
        ("\u202a5\u202c", "5"),
    ],
    FieldType.MONEY: [
        ("1500", "1500.00"),
        ("1 500,5", "1500.50"),
        ("1\u00a0500\u202f000", "1500000.00"),
        ("1500 ₽", "1500.00"),
        ("₽1500", "1500.00"),
        ("1500руб.", "1500.00"),
        ("1500 руб", "1500.00"),
        ("1500 рублей", "1500.00"),
        ("1500 р.", "1500.00"),
        ("1500 р", "1500.00"),
        ("1500 RUB", "1500.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("1.50", "1.50"),
        ("1,234.50", "1234.50"),
        ("1.234,5 ₽", "1234.50"),
        ("1.234.500", "1234500.00"),
        ("12,500,000 руб.", "12500000.00"),
    ],
    FieldType.DATE: [
        ("2024-02-29", "2024-02-29"),
        ("29.02.2024", "2024-02-29"),
        (" 1.3.2024 ", "2024-03-01"),
        ("01/03/2024", "2024-03-01"),
        ("01-03-2024", "2024-03-01"),
        ("01.03.2024 г.", "2024-03-01"),
        ("1 марта 2024 года", "2024-03-01"),
        ("1 МАРТА 2024", "2024-03-01"),
        ("1-го марта 2024", "2024-03-01"),
        ("March 1st, 2024", "2024-03-01"),
        ("1 Mar 2024", "2024-03-01"),
        ("2024\u201103\u201101", "2024-03-01"),
        ("1900-01-01", "1900-01-01"),
        ("2199-12-31", "2199-12-31"),
    ],
    FieldType.CHOICE: [("sbp", "sbp"), (" cards ", "cards")],
    FieldType.CHOICES: [
        ("sbp", ["sbp"]),
        (["wallets", "cards"], ["cards", "wallets"]),
        (["sbp", "sbp"], ["sbp"]),
        ([], None),
    ],
    FieldType.YES_NO: [
        ("да", True),
        ("Yes", True),
        ("on", True),
        ("1", True),
        (True, True),
        ("НЕТ", False),
        ("off", False),
        ("0", False),
        (False, False),
    ],
    FieldType.PHONE: [
        ("+7 (921) 123-45-67", "+79211234567"),
        ("8 921 123 45 67", "+79211234567"),
        ("79211234567", "+79211234567"),
        ("921.123.45.67", "+79211234567"),
        ("+375 29 123-45-67", "+375291234567"),
        ("+1 212 555 0100", "+12125550100"),
        ("+290 1234", "+2901234"),
        ("8 (495) 123-45-67 доб. 12", "+74951234567;ext=12"),
        ("8 495 123 45 67, добавочный 0012", "+74951234567;ext=0012"),
        ("8 (495) 123-45-67 (доб.12)", "+74951234567;ext=12"),
        ("+7 495 123-45-67 ext 12", "+74951234567;ext=12"),
        ("+7 495 123-45-67 вн. 12", "+74951234567;ext=12"),
        ("+74951234567,,12", "+74951234567;ext=12"),
        ("+7 495 123-45-67 #12", "+74951234567;ext=12"),
        ("tel:+7-495-123-45-67;ext=12", "+74951234567;ext=12"),
        ("+8 916 123-45-67", "+79161234567"),
        ("+8 (495) 123-45-67", "+74951234567"),
        ("+89161234567", "+79161234567"),
        ("+84 90 123 45 67", "+84901234567"),
        ("8 10 375 29 123 45 67", "+375291234567"),
        ("\u202a+7 495 123-45-67\u202c", "+74951234567"),
        *((f"+7 495 123{dash}45{dash}67", "+74951234567") for dash in "-‐‑‒–—―−"),
        *((f"8{space}495{space}1234567", "+74951234567") for space in " \u00a0\u2009\u202f\u2800"),
        ("＋７ ４９５ １２３４５６７", "+74951234567"),
    ],
    FieldType.EMAIL: [
        ("anna@example.com", "anna@example.com"),
        (" anna+x@mail.example.co.uk ", "anna+x@mail.example.co.uk"),
        ("анна@пример.рф", "анна@пример.рф"),
        ("mailto:anna@example.com", "anna@example.com"),
        ("MAILTO:anna@example.com?subject=Договор", "anna@example.com"),
        ("anna@example.com)", "anna@example.com"),
        ("(anna@example.com),", "anna@example.com"),
        ("Анна Соколова <anna@example.com>", "anna@example.com"),
        ("Anna@EXAMPLE.com", "Anna@example.com"),
        ("\u200banna@example.com\u2069", "anna@example.com"),
    ],
    # Sberbank, Yandex, Gazprom; 500100732259 is the sample of the Federal Tax Service for a person.
    FieldType.INN: [
        ("7707083893", "7707083893"),
        ("7736207543", "7736207543"),
        (" 77 3605 0003 ", "7736050003"),
        ("7707\u2011083\u2011893", "7707083893"),
        ("\u20667707083893\u2069", "7707083893"),
        ("500100732259", "500100732259"),
    ],
    FieldType.ROWS: [
        ([{"title": "Чай", "price": "100"}], [{"title": "Чай", "price": "100.00"}]),
        (
            [{"title": "", "price": " "}, {"title": "Чай", "boxed": "да"}, {}],
            [{"title": "Чай", "boxed": True}],
        ),
        ([{"title": None, "boxed": False}], None),
        ([], None),
    ],
    FieldType.FILE: [
        ({"id": "f1", "name": " счёт.pdf ", "size": 3}, {"id": "f1", "name": "счёт.pdf"}),
        ({"id": "f1", "name": "../x/\u202efdp.exe"}, {"id": "f1", "name": "fdp.exe"}),
    ],
    FieldType.CLIENT: [
        ({"id": 7, "name": "Ромашка"}, {"id": 7, "name": "Ромашка"}),
        ({"id": 7, "name": "ООО \u202eРо\u00adмашка\n"}, {"id": 7, "name": "ООО Ромашка"}),
    ],
    FieldType.RECORD: [
        ({"id": 7, "name": " Дом  1 "}, {"id": 7, "name": "Дом 1", "kind": None}),
        ({"id": "new", "name": "Дом 1"}, {"id": "new", "name": "Дом 1", "kind": None, "new": True}),
        ({"id": 7, "name": "Дом 1", "new": True}, {"id": 7, "name": "Дом 1", "kind": None, "new": True}),
    ],
}
ACCEPTED |= {
    FieldType.TIME: [
        *((t, "14:30") for t in ("14:30", "14.30", "2:30 pm", "2:30 PM", "14 ч 30 мин", "в 14:30", " 14:30:00 ")),
        *((t, "09:00") for t in ("9:00", "9 утра", "9 am", "9 ч")),
        ("14", "14:00"),
        ("7 вечера", "19:00"),
        ("полдень", "12:00"),
        ("12 am", "00:00"),
    ],
    FieldType.MOMENT: [
        (m, "2026-12-05T14:30")
        for m in ("2026-12-05T14:30", "05.12.2026 14:30", "5 декабря 2026 в 14:30", "14:30, 5 декабря 2026")
    ],
    FieldType.PERCENT: [*((p, "15") for p in ("15", "15 %", "15%", "15 процентов")), ("12,5 %", "12.5"), ("-3", "-3")],
    FieldType.URL: [
        ("https://x.ru/a?b=1#c", "https://x.ru/a?b=1#c"),
        ("x.ru", "https://x.ru"),
        ("http://пример.рф:8080/", "http://пример.рф:8080/"),
    ],
    FieldType.FILES: [
        ([A_FILE], [A_FILE]),
        (A_FILE, [A_FILE]),
        ([A_FILE, A_FILE, {"id": "f2", "name": "b", "x": 1}], [A_FILE, {"id": "f2", "name": "b"}]),
    ],
    FieldType.PERSON: [("sbp", "sbp")],
    FieldType.DEPARTMENT: [(" cards ", "cards")],
    FieldType.OGRN: [("1027700132195", "1027700132195"), ("304 5001 1600 0157", "304500116000157")],
    FieldType.KPP: [("7736 01 001", "773601001"), ("7736ab001", "7736AB001")],
    FieldType.BIK: [("044525225", "044525225"), ("04 45 25 225", "044525225")],
    FieldType.ACCOUNT: [("40702.810.2.00000000225", "40702810200000000225")],
    FieldType.SNILS: [("112-233-445 95", "11223344595"), ("001-001-997 00", "00100199700")],
}


REFUSED: dict[FieldType, list[tuple[object, str]]] = {
    FieldType.TEXT: [("я" * (MAX_TEXT + 1), "too_long"), (5, "unreadable"), (["a"], "unreadable")],
    FieldType.LONG_TEXT: [("я" * (MAX_LONG_TEXT + 1), "too_long")],
    FieldType.NUMBER: [
        *((n, "not_a_number") for n in ("пять", "1e5", "NaN", "Infinity", "1,2,3", "--5", "5.", "9" * 21)),
        *((n, "not_a_number") for n in ("10²", "½", "1,234,56", "1.234.5,6", "1,23.456")),
        *((n, "thousands_or_fraction") for n in ("12.500", "1,000", "-1.125", "999,999")),
    ],
    FieldType.MONEY: [
        ("дорого", "not_money"),
        ("₽", "not_money"),
        *((n, "thousands_or_fraction") for n in ("1.005", "12.500", "12,500", "1,000", "1.500 руб.", "12.505")),
        *((n, "too_many_decimals") for n in ("0.500", "0,125", "1234.500", "1 234.500", "1 234,567", "12.5000")),
        ("-1", "negative_money"),
        ("\u22121", "negative_money"),
        ("$100", "not_money"),
        ("100 USD", "not_money"),
    ],
    FieldType.DATE: [
        (d, "not_a_date")
        for d in (
            "30.02.2024",
            "2023-02-29",
            "завтра",
            "1899-12-31",
            "01.01.2200",
            "32.01.2024",
            "2024-13-01",
            "1.2.24",
            "2026-W01-1",
            "20260101",
            "2026-001",
            "2026-1-1",
            "1 марта",
            "31 июня 2026",
            "1 foo 2026",
        )
    ],
    FieldType.CHOICE: [("cash", "not_an_option"), ("CARDS", "not_an_option"), (["sbp"], "unreadable")],
    FieldType.CHOICES: [(["sbp", "cash"], "not_an_option"), ([["sbp"]], "not_an_option"), (7, "unreadable")],
    FieldType.YES_NO: [("может быть", "not_yes_no"), (1, "unreadable")],
    FieldType.PHONE: [
        (p, "not_a_phone")
        for p in (
            "12345",
            "112",
            "+7 921 123",
            "+0 123 456 789",
            "позвоните",
            "+7 921 12a 45 67",
            "+1" * 8,
            "375291234567",
            "8 921 12a 345 67",
            "8-800-FLOWERS",
            "8 495 123-45-67, 8 495 123-45-68",
            "+999 123 456 78",
            "доб. 12",
        )
    ],
    FieldType.EMAIL: [
        (e, "not_an_email")
        for e in (
            "mailto:",
            "a@x.ru, b@x.ru",
            "a@x_y.ru",
            ".a@x.ru",
            "a@[1.2.3.4]",
            "a@1.2",
            "anna",
            "anna@",
            "@x.ru",
            "anna@localhost",
            "a b@x.ru",
            "a@b@x.ru",
            "a@x..ru",
            "a@x.ru\nBcc: b@x.ru",
        )
    ],
    FieldType.INN: [
        ("7707083894", "inn_check_digit"),
        ("500100732258", "inn_check_digit"),
        ("500100732269", "inn_check_digit"),
        ("770708389", "not_an_inn"),
        ("77070838931", "not_an_inn"),
        ("77070838ab", "not_an_inn"),
        ("٧٧٠٧٠٨٣٨٩٣", "not_an_inn"),
        ("0000000000", "not_an_inn"),
    ],
    FieldType.ROWS: [("Чай", "unreadable"), (["Чай"], "unreadable"), ([{}] * (MAX_ROWS + 1), "too_many_rows")],
    FieldType.FILE: [
        (f, "unreadable")
        for f in (
            "счёт.pdf",
            {"id": "", "name": "x"},
            {"id": "f1"},
            {"id": ["f1"], "name": "x"},
            {"id": 1, "name": " "},
        )
    ],
    FieldType.RECORD: [("Дом 1", "unreadable"), ({"id": 0, "name": "Дом"}, "unreadable")],
    FieldType.TIME: [
        *((t, "not_a_time") for t in ("25:00", "14:60", "1430", "13 pm", "утром", "9" * 5000)),
        ("9", "unclear_time"),
        (14, "unreadable"),
    ],
    FieldType.MOMENT: [
        *((m, "not_a_moment") for m in ("05.12.2026", "14:30", "завтра утром", "31.02.2026 14:30", "1 " * 5000)),
        ("05.12.2026 в 9", "unclear_time"),
        ("через день в 14:30", "unclear_day"),
    ],
    FieldType.PERCENT: [("много", "not_a_percentage"), ("12.500 %", "thousands_or_fraction")],
    FieldType.URL: [
        *((u, "not_a_url") for u in ("x", "javascript:alert(1)", "https://", "a b.ru", "https://u:p@x.ru", "x.ru:x")),
        ("x.ru/" + "a" * 2000, "too_long"),
    ],
    FieldType.FILES: [
        ("a.pdf", "unreadable"),
        ([{"id": "f1"}], "unreadable"),
        ([{"id": f"f{n}", "name": "a"} for n in range(4)], "too_many_files"),
    ],
    FieldType.PERSON: [("nobody", "not_a_person")],
    FieldType.DEPARTMENT: [("nowhere", "not_a_department")],
    FieldType.OGRN: [("1027700132194", "ogrn_check_digit"), ("102770013219", "not_an_ogrn")],
    FieldType.KPP: [("77360100", "not_a_kpp"), ("77360100а", "not_a_kpp")],
    FieldType.BIK: [("144525225", "not_a_bik"), ("04452522", "not_a_bik")],
    FieldType.ACCOUNT: [("4070281020000000022", "not_an_account"), ("4" * 5000, "not_an_account")],
    FieldType.SNILS: [("112-233-445 94", "snils_check_digits"), ("112-233-445", "not_a_snils")],
    FieldType.CLIENT: [("Ромашка", "unreadable"), ({"id": 7, "name": "я" * (MAX_TEXT + 1)}, "too_long")],
}


@pytest.mark.parametrize(
    ("type_", "typed_in", "value"), [(t, typed_in, value) for t, rows in ACCEPTED.items() for typed_in, value in rows]
)
def test_an_answer_is_read_into_its_canonical_value(type_: FieldType, typed_in: object, value: object) -> None:
    field = field_of(type_)

    assert read(field, typed_in) == value
    assert problem_of(field, typed_in) is None
    assert read(field, value) == value


@pytest.mark.parametrize(
    ("type_", "typed_in", "code"), [(t, typed_in, code) for t, rows in REFUSED.items() for typed_in, code in rows]
)
def test_an_answer_that_cannot_be_meant_is_refused(type_: FieldType, typed_in: object, code: str) -> None:
    problem = problem_of(field_of(type_), typed_in)

    assert problem is not None
    assert problem.code == code


def test_every_type_has_answers_that_are_read_and_answers_that_are_refused() -> None:
    assert set(ACCEPTED) == set(REFUSED) == set(KINDS) == set(FieldType)


@pytest.mark.parametrize("type_", FieldType)
@pytest.mark.parametrize("empty", [None, "", "  \n", "\x00"])
def test_an_empty_answer_is_none(type_: FieldType, empty: object) -> None:
    assert read(field_of(type_), empty) is None


@pytest.mark.parametrize(
    ("currency", "typed_in", "code"),
    [
        ("USD", "$100", None),
        ("USD", "100 usd", None),
        ("USD", "100 ₽", "not_money"),
        ("USD", "100 руб.", "not_money"),
        ("EUR", "100 €", None),
        ("EUR", "$100", "not_money"),
        ("CHF", "CHF 100", None),
        ("CHF", "100", None),
    ],
)
def test_money_is_never_read_in_another_currency(currency: str, typed_in: str, code: str | None) -> None:
    problem = problem_of(a_field("price", FieldType.MONEY, currency=currency), typed_in)

    assert (None if problem is None else problem.code) == code


@pytest.mark.parametrize(
    ("rows", "code", "row", "column"),
    [
        ([{"title": "Чай", "price": "дорого"}], "not_money", 1, "price"),
        ([{"title": "Чай"}, {}, {"price": "100"}], "required", 3, "title"),
        ([{"title": "Чай"}, {"title": "Кофе", "boxed": "?"}], "not_yes_no", 2, "boxed"),
    ],
)
def test_one_bad_cell_is_named_by_its_row_and_column(
    rows: list[dict[str, str]], code: str, row: int, column: str
) -> None:
    problem = problem_of(GOODS, rows)

    assert problem is not None
    assert (problem.code, problem.row, problem.column) == (code, row, column)


def test_all_wrong_rows_are_known_at_once() -> None:
    problem = problem_of(
        GOODS, [{"title": "Чай", "price": "дорого"}, {"title": "Кофе"}, {"price": "1"}, {"price": "?"}]
    )

    assert problem is not None
    assert (problem.code, problem.row, problem.more_rows) == ("not_money", 1, (3, 4))


def test_a_limit_is_told_with_its_number() -> None:
    problem = problem_of(field_of(FieldType.TEXT), "я" * 501)

    assert problem is not None
    assert problem.values == {"limit": "500", "length": "501"}


def test_a_form_leaves_empty_answers_and_unknown_ones_out() -> None:
    fields = [a_field("name", required=True), a_field("note")]

    assert read_form(fields, raw(name="Чай", note=" ", stray="x")) == {"name": "Чай"}


def test_a_form_tells_every_problem_at_once() -> None:
    fields = [a_field("name", required=True), a_field("price", FieldType.MONEY), a_field("note")]

    with pytest.raises(FormInvalid) as refusal:
        read_form(fields, raw(price="дорого", note="ок"))

    assert {name: problem.code for name, problem in refusal.value.problems.items()} == {
        "name": "required",
        "price": "not_money",
    }


def test_what_an_outcome_requires_replaces_what_the_form_requires() -> None:
    fields = [a_field("name", required=True), a_field("note")]

    assert read_form(fields, raw(note="ок"), required=[FieldName("note")]) == {"note": "ок"}
    with pytest.raises(FormInvalid) as refusal:
        read_form(fields, raw(name="Чай"), required=[FieldName("note")])
    assert list(refusal.value.problems) == ["note"]


def test_a_single_question_left_empty_is_a_problem_only_when_required() -> None:
    required = problem_of(a_field("name", required=True), "")

    assert required is not None
    assert required.code == "required"
    assert problem_of(a_field("name"), "") is None


@pytest.mark.parametrize(
    ("type_", "value", "meant"),
    [
        (FieldType.TEXT, "Чай", "Чай"),
        (FieldType.NUMBER, "7.5", Decimal("7.5")),
        (FieldType.MONEY, "100.00", Decimal(100)),
        (FieldType.DATE, "2024-02-29", date(2024, 2, 29)),
        (FieldType.CHOICES, ["cards"], ["cards"]),
        (FieldType.YES_NO, False, False),
        (FieldType.CLIENT, {"id": 7, "name": "Ромашка"}, "Ромашка"),
        (FieldType.RECORD, {"id": 7, "name": "Дом 1", "kind": "object"}, "Дом 1"),
        (FieldType.FILE, {"id": "f1", "name": "x.pdf"}, "x.pdf"),
        (FieldType.ROWS, [{"price": "1.00", "gone": "x"}], [{"price": Decimal(1)}]),
    ],
)
def test_a_canonical_value_is_typed_for_conditions(type_: FieldType, value: object, meant: object) -> None:
    assert typed(field_of(type_), value) == meant


TYPED = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"[+-]?[0-9 ]{1,12}([.,][0-9]{1,3})?( ?₽| руб\.)?", fullmatch=True),
    st.dates().map(str),
    st.dates().map(lambda day: f"{day:%d.%m.%Y}"),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9).map(str),
    st.from_regex(r"\+?[0-9]{7,15}", fullmatch=True),
    st.from_regex(r"[0-9]{10}([0-9]{2})?", fullmatch=True),
    st.emails(),
    st.sampled_from(["да", "нет", "cards", "sbp"]),
    st.booleans(),
    st.none(),
)
CELLS = st.fixed_dictionaries({}, optional={"title": TYPED, "price": TYPED, "boxed": TYPED})
NAMED = st.fixed_dictionaries({"id": st.integers() | st.text(max_size=5), "name": st.text(max_size=9)})
ANSWERS = st.one_of(
    TYPED,
    st.lists(CELLS, max_size=4),
    st.lists(st.sampled_from(["cards", "sbp", "wallets", "cash"]), max_size=5),
    NAMED,
    st.lists(TYPED, max_size=3),
)


@given(type_=st.sampled_from(FieldType), answer=ANSWERS)
def test_a_canonical_value_reads_as_itself(type_: FieldType, answer: object) -> None:
    field = field_of(type_)
    if problem_of(field, answer) is not None:
        return

    value = read(field, answer)

    assert read(field, value) == value
    if value is not None:
        typed(field, value)


@pytest.mark.parametrize(
    ("typed_in", "thousands", "fraction"),
    [("12.500", "12500", "12,50"), ("1,000", "1000", "1,00"), ("-1.125", "-1125", "-1,1250")],
)
def test_three_digits_after_a_sign_are_asked_about_with_both_readings(
    typed_in: str, thousands: str, fraction: str
) -> None:
    problem = problem_of(field_of(FieldType.NUMBER), typed_in)

    assert problem is not None
    assert problem.values == {"thousands": thousands, "fraction": fraction}
    assert [read(field_of(FieldType.NUMBER), each) is not None for each in (thousands, fraction)] == [True, True]


@pytest.mark.parametrize("old", ["+79211234567", "+375291234567", "+2901234", "+12125550100", "+70001234567"])
def test_numbers_kept_before_extensions_were_read_stay_as_they_are(old: str) -> None:
    assert read(field_of(FieldType.PHONE), old) == old


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("завтра", date(2026, 12, 31)),
        ("Сегодня", date(2026, 12, 30)),
        ("yesterday", date(2026, 12, 29)),
        ("1 января", date(2027, 1, 1)),
        ("1 декабря", date(2026, 12, 1)),
        ("29 февраля", None),
        ("послепослезавтра", None),
    ],
)
def test_a_day_is_told_from_today_on(words: str, meant: date | None) -> None:
    assert day_in(words, date(2026, 12, 30)) == meant
    assert day_in(words) is None


@given(amount=st.integers(min_value=0, max_value=10**15))
def test_money_keeps_every_kopeck(amount: int) -> None:
    roubles, kopecks = divmod(amount, 100)

    value = read(field_of(FieldType.MONEY), f"{roubles:,}".replace(",", " ") + f",{kopecks:02} ₽")

    assert value == f"{roubles}.{kopecks:02}"


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("31.12.2026", date(2026, 12, 31)),
        (" 2026-12-31 ", date(2026, 12, 31)),
        ("soon", None),
        (None, None),
        ("", None),
    ],
)
def test_the_date_that_an_answer_means_is_read_alike_for_every_chat(answer: object, meant: date | None) -> None:
    assert date_in(answer) == meant


@pytest.mark.parametrize(
    ("answer", "meant"), [("да", True), (" On ", True), (False, False), ("0", False), ("maybe", None), (None, None)]
)
def test_the_yes_or_no_that_an_answer_means_is_read_alike_for_every_chat(answer: object, meant: bool | None) -> None:
    assert truth_in(answer) is meant


def test_an_account_is_checked_with_the_bank_beside_it() -> None:
    bik, account = a_field("bik", FieldType.BIK), a_field("account", FieldType.ACCOUNT, bik=FieldName("bik"))
    right = {"bik": "044525225", "account": "40702810400000000225"}

    assert read_form((account, bik), raw(**right)) == right
    with pytest.raises(FormInvalid) as wrong:
        read_form((account, bik), raw(**{**right, "account": "40702810300000000225"}))

    assert {name: problem.code for name, problem in wrong.value.problems.items()} == {
        "account": "account_of_another_bank"
    }


@pytest.mark.parametrize(
    ("type_", "least", "greatest", "right", "wrong"),
    [
        (FieldType.NUMBER, "1", "10", ("1", "10", "2,5"), {"0": "too_little", "10.01": "too_much"}),
        (FieldType.MONEY, "100.00", None, ("100", "100,00"), {"99,99": "too_little"}),
        (FieldType.PERCENT, "0", "100", ("0 %", "100"), {"-1": "too_little", "101 %": "too_much"}),
        (FieldType.DATE, "2026-01-01", None, ("01.01.2026",), {"31.12.2025": "too_early"}),
        (FieldType.TIME, "09:00", "18:00", ("9:00", "18:00"), {"8:59": "too_early", "18:01": "too_late"}),
        (FieldType.MOMENT, None, "2026-12-31T12:00", ("31.12.2026 12:00",), {"31.12.2026 12:01": "too_late"}),
    ],
)
def test_an_answer_lies_between_the_limits_of_its_field(
    type_: FieldType, least: str | None, greatest: str | None, right: tuple[str, ...], wrong: dict[str, str]
) -> None:
    field = a_field("f", type_, least=least, greatest=greatest)

    assert [problem_of(field, answer) for answer in right] == [None] * len(right)
    assert {answer: problem.code for answer in wrong if (problem := problem_of(field, answer))} == wrong


def test_a_number_is_read_with_its_unit() -> None:
    field = a_field("f", FieldType.NUMBER, unit=Text(ru="шт.", en="pcs"))

    assert [read(field, answer) for answer in ("15", "15 шт.", "15 PCS")] == ["15"] * 3
