"""What is kept of what people type, and what is alike for comparing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.domain.clients import Recorded, key_of, possible_keys, recognised, twin_key_of
from workflows.domain.text import clean, digits_in, file_name, folded, storable, written

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2060\u2064\u206a\u3164\ufeff\uffa0\U000e0041"
)
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    "nothing",
    [
        *(
            "",
            "  \n",
            "\u200b",
            "\ufeff \u2060",
            "\u3164\u2800",
            "\u202e\u00ad",
            "\ufe0f",
            "\u034f",
            "\u180b",
            "\u17b5",
        ),
        *("\u2800 \u2800", "\u0301", "\u200d", "\u200c\ufe0f", "\U000e0041", "\u2028", "\x00", "\U000e0100", "\u20dd"),
    ],
)
def test_words_that_nobody_can_see_are_none(nothing: str) -> None:
    assert storable(nothing) == ""


@pytest.mark.parametrize(
    "words",
    [
        "ООО «Ромашка»",
        "👩\u200d💻",
        "❤\ufe0f\u200d🔥",
        "1\ufe0f\u20e3",
        "👍🏼",
        "🇷🇺",
        "🏴\U000e0067\U000e0062\U000e007f",
        "می\u200cخواهم",
        "क्\u200dष",
        "חברת רומשקה",
        "شركة",
        "ᠮᠣ\u180bᠩ",
        "葛\U000e0100",
        "0",
        "№ 5",
        "a\tb",
    ],
)
def test_what_belongs_to_a_letter_or_a_sign_is_kept(words: str) -> None:
    assert storable(f" {words}\n") == words


@pytest.mark.parametrize("sign", [*INVISIBLE, *TURNING, "\u200d", "\u200c", "\u180b"])
def test_what_turns_the_line_or_hides_in_it_is_dropped_at_the_entry(sign: str) -> None:
    assert clean(f"ООО {sign}Рома{sign}шка{sign}") == "ООО Ромашка"
    assert written(f"{sign}12{sign}3") == "123"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("и\u0306", "й"),
        ("раз\r\nдва\rтри\u2028четыре\x0bпять", "раз\nдва\nтри\nчетыре\nпять"),
        ("а\u2800б", "а б"),
        ("ﬁ ½ ²", "ﬁ ½ ²"),
    ],
)
def test_a_text_is_composed_and_otherwise_stays_as_typed(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("１２３", "123"),
        ("10²", "10²"),
        ("½", "½"),
        *((f"1{dash}2", "1-2") for dash in "‐‑‒–—―−－"),
        *((f"1{space}2", "1 2") for space in "\u00a0\u202f\u2009\u3000\u2800\t"),
        ("1’000", "1'000"),
    ],
)
def test_all_spaces_dashes_and_apostrophes_of_a_value_are_alike(typed: str, read: str) -> None:
    assert written(typed) == read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Королёв", "КОРОЛЕВ"),
        ("Мёд", "мед"),
        ("Е\u0308ж", "ёж"),
        ("ООО «Ромашка»", 'ооо "ромашка"'),
        ("ООО “Ромашка„", "ООО ”Ромашка“"),
        ("Рома\u00adшка", "ромашка"),
        ("Рома\u200dшка\ufe0f", "ромашка"),
        ("Ромашка — юг", "ромашка - юг"),
        ("D’Arc", "d'arc"),
        ("ﬁrma Ｘ", "firma x"),
        ("Straße", "STRASSE"),
        ("  два\u00a0 слова\n", "два слова"),
    ],
)
def test_what_looks_the_same_folds_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_what_is_another_letter_folds_to_another_one() -> None:
    assert folded("й") != folded("и")
    assert folded("'") != folded('"')


@given(st.text())
def test_cleaning_and_folding_twice_changes_nothing(words: str) -> None:
    for once in (clean, storable, written, folded):
        assert once(once(words)) == once(words)


@pytest.mark.parametrize(
    ("typed", "digits"), [("7707 083 893", "7707083893"), ("77-07", "7707"), ("ИНН 7", ""), ("", ""), ("٧", "")]
)
def test_a_number_is_looked_for_by_its_digits(typed: str, digits: str) -> None:
    assert digits_in(typed) == digits


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("../../etc/<b>x</b>\u202efdp.exe", "b>\u202efdp.exe".replace("\u202e", "")),
        ("C:\\Договоры\\счёт.pdf", "счёт.pdf"),
        ("a\nb\x00\u2066.txt", "ab.txt"),
        ("/", ""),
        ("я" * 300 + ".pdf", "я" * 196 + ".pdf"),
    ],
)
def test_of_a_file_name_the_last_part_is_kept_without_controls(told: str, name: str) -> None:
    assert file_name(told) == name


@pytest.mark.parametrize(
    "name",
    [
        "ООО «Ромашка»",
        'ООО "Ромашка"',
        "ооо ромашка",
        "Ромашка ООО",
        "«Ромашка», ООО",
        "ООО Рома\u00adшка",
        "Общество с ограниченной ответственностью “Ромашка”",
    ],
)
def test_one_client_is_recognised_in_every_spelling(name: str) -> None:
    assert key_of(name) == key_of("ООО Ромашка")
    assert recognised(name, None, [Recorded(key_of("ООО Ромашка"), None, 1)]) == 1


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("Ромашка", ["ООО «Ромашка»"], "ООО «Ромашка»"),
        ("ООО «Ромашка»", ["Ромашка"], "Ромашка"),
        ("АО «Ромашка»", ["ООО «Ромашка»"], None),
        ("Ромашка", ["ООО «Ромашка»", "АО «Ромашка»"], None),
        ("Ромашка", ["ООО «Ромашка»", "ромашка"], "ромашка"),
        ("Ромашки", ["Ромашка"], None),
        ("ООО", ["ООО «Ромашка»"], None),
        ("«»", ["Ромашка"], None),
    ],
)
def test_a_form_left_out_is_no_difference_and_another_form_is_one(
    name: str, known: list[str], found: str | None
) -> None:
    base = [Recorded(key_of(each), None, each) for each in known]

    assert recognised(name, None, [each for each in base if each.key in possible_keys(name)]) == found


def test_two_records_of_before_stay_two() -> None:
    base = [Recorded(key_of("Мёд"), None, "Мёд"), Recorded(twin_key_of("Мед"), None, "Мед")]

    assert [recognised(name, None, base) for name in ("Мёд", "мед", "МЁД")] == ["Мёд", "Мед", "Мёд"]
