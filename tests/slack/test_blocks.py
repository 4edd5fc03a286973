"""Blocks stay within the platform's limits whatever their contents: slack_sdk and the local server check them."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.conversation.reply import (
    Ask,
    FieldView,
    FormView,
    ItemView,
    LetterView,
    Menu,
    OptionView,
    OutcomeView,
    PreviewView,
    Reply,
)
from bot.rendering.language.i18n import words_in
from bot.rendering.markup.dialects import MARKUPS
from bot.rendering.markup.mrkdwn import SLACK
from bot.rendering.markup.text import units
from bot.slack.api.window import Window
from bot.slack.blockkit import table_text
from bot.slack.blockkit.blocks import JSON, told_apart
from bot.slack.blockkit.controls import CONTROLS
from bot.slack.blockkit.form_answers import fill_in
from bot.slack.blockkit.form_pages import Page, Paging, page_of
from bot.slack.blockkit.form_window import form_window
from bot.slack.blockkit.markup import content, with_way_to_whole
from bot.slack.blockkit.questions import answer_in, field_blocks
from bot.slack.blockkit.rich_text import rich_text
from bot.slack.blockkit.windows import ask_window, menu_window, notice_window, preview_window
from bot.slack.handlers.excerpts import with_excerpt
from bot.slack.outbound.message_of_reply import message_of
from bot.slack.tuning import SlackTuning
from tests.slack.server.content import checked_blocks, checked_view
from tests.slack.server.mrkdwn import rich_to_plain
from tests.slack.server.views import initial_state
from workflows.domain.definition import FieldType
from workflows.domain.ids import FieldName, ItemId, OutcomeId
from workflows.domain.text import Language
from workflows.ports.chat import Button, ButtonStyle, Dialect, Message

WORDS = words_in(Language.RU)
PAGING = Paging(questions=SlackTuning().questions_per_page)
LONG = "Очень длинные слова 🙂 " * 40
MANY = 250


def button(label: str = LONG, style: ButtonStyle = ButtonStyle.PLAIN, number: int = 0) -> Button:
    """Make a button with the longest possible action."""
    return Button(label=label, action=f"to:1.2:{number}:".ljust(64, "x"), style=style)


def a_field(type_: FieldType, value: object = None, number: int = 0, columns: tuple[FieldView, ...] = ()) -> FieldView:
    """Make a question with too much of everything."""
    options = tuple(OptionView(id=f"o{n}", label=f"{n} {LONG}") for n in range(MANY))
    return FieldView(
        name=FieldName(f"{type_}{number}"),
        type=type_,
        label=LONG,
        required=True,
        hint=LONG,
        options=options if type_ in (FieldType.CHOICE, FieldType.CHOICES) else (),
        columns=columns,
        currency="RUB",
        value=value,
        problem=LONG,
    )


def a_form(*fields: FieldView) -> FormView:
    """Make a form with too much of everything."""
    return FormView(
        form="task:1.2",
        title=LONG,
        subtitle=LONG,
        fields=fields,
        checklist=tuple(
            ItemView(id=ItemId(f"i{n}"), label=LONG, required=True, done=n % 2 == 0, action="tick:1.2:1:x+")
            for n in range(25)
        ),
        outcomes=tuple(
            OutcomeView(id=OutcomeId(f"d{n}"), title=LONG, requires=(), needs_checklist=False) for n in range(30)
        ),
        letters=tuple(LetterView(to=LONG, subject=LONG, body=LONG) for _ in range(10)),
        known=tuple((LONG, LONG) for _ in range(100)),
        problem=LONG,
        has_draft=True,
    )


def page_shown(window: JSON) -> Page:
    """Return the page that a window carries."""
    return page_of(Window.read(window | {"id": "V1"}))


def check(view: JSON) -> JSON:
    """Refuse a window that the platform would refuse."""
    checked_view(view)
    View(**view).validate_json()
    return view


@pytest.mark.parametrize("count", [0, 1, 2, 3, 6, 40])
@pytest.mark.parametrize("primaries", [0, 1, 3])
def test_a_message_of_any_length_with_any_buttons_is_taken(count: int, primaries: int) -> None:
    buttons = [button(style=ButtonStyle.PRIMARY, number=n) for n in range(primaries)]
    buttons += [button(number=n) for n in range(count)]
    text = MARKUPS[Dialect.MRKDWN].escape(LONG * 5)

    shown = content(Message(text=str(text), buttons=(tuple(buttons),)))

    checked_blocks(shown["blocks"])
    for block in Block.parse_all(shown["blocks"]):
        block.validate_json()
    assert len(shown["text"]) <= 300


def test_every_type_of_question_has_its_control() -> None:
    assert set(CONTROLS) == set(FieldType)


@pytest.mark.parametrize("type_", list(FieldType))
def test_a_question_of_every_type_is_taken_with_too_much_of_everything(type_: FieldType) -> None:
    columns = (a_field(FieldType.TEXT), a_field(FieldType.CHOICE)) if type_ is FieldType.ROWS else ()
    many: Mapping[FieldType, object] = {
        FieldType.ROWS: [{"text0": LONG[:90], "choice0": "o1"} for _ in range(200)],
        FieldType.CHOICES: [f"o{n}" for n in range(MANY)],
        FieldType.FILE: {"id": "f", "name": LONG},
    }
    view = a_form(*(a_field(type_, many.get(type_, "Длинный ответ. " * 600), number, columns) for number in range(3)))

    for page in range(len(PAGING.pages_of(view, WORDS))):
        check(form_window(view, WORDS, PAGING, page, notice=LONG))


def test_a_long_form_has_pages_and_the_decision_is_on_the_first() -> None:
    view = a_form(*(a_field(FieldType.TEXT, number=n) for n in range(40)))

    pages = [form_window(view, WORDS, PAGING, page) for page in range(3)]

    assert [page_shown(page).is_last for page in pages] == [False, False, True]
    assert [any(b.get("block_id") == "outcome" for b in page["blocks"]) for page in pages] == [True, False, False]
    assert form_window(view, WORDS, PAGING, 99) == pages[2]


def test_what_is_on_other_pages_stays_when_one_page_is_sent() -> None:
    view = a_form(*(a_field(FieldType.TEXT, f"answer {n}", n) for n in range(40)))
    second = form_window(view, WORDS, PAGING, 1)
    state = state_of(second["blocks"])
    state["f:text15:1:0"]["typed"]["value"] = "changed"

    form, _ = fill_in(view, Window.read(second | {"id": "V1", "state": {"values": state}}))

    values = form.values()
    assert values[FieldName("text15")] == "changed"
    assert [values[FieldName(f"text{n}")] for n in (0, 16, 39)] == ["answer 0", "answer 16", "answer 39"]


@pytest.mark.parametrize(
    ("type_", "typed"), [(FieldType.DATE, "к лету"), (FieldType.YES_NO, "наверное"), (FieldType.CHOICE, "прежний")]
)
def test_an_answer_that_a_picker_cannot_show_is_not_emptied_by_it(type_: FieldType, typed: str) -> None:
    view = a_form(a_field(type_, typed), a_field(FieldType.TEXT, "другой ответ", 1))
    window = form_window(view, WORDS, PAGING, 0)

    form, _ = fill_in(view, Window.read(window | {"id": "V1", "state": {"values": state_of(window["blocks"])}}))

    assert form.values()[view.fields[0].name] == typed


def test_a_picker_that_was_emptied_empties_the_answer() -> None:
    view = a_form(a_field(FieldType.DATE, "01.04.2026"))
    window = form_window(view, WORDS, PAGING, 0)
    state = state_of(window["blocks"])
    (picker,) = [each for inputs in state.values() for each in inputs.values() if "selected_date" in each]
    assert picker["selected_date"] == "2026-04-01"
    picker["selected_date"] = None

    form, _ = fill_in(view, Window.read(window | {"id": "V1", "state": {"values": state}}))

    assert form.values()[view.fields[0].name] == ""


@pytest.mark.parametrize("length", [0, 1, 2_999, 3_000, 3_001, 9_999])
@pytest.mark.parametrize("letters", ["a", "я", "🙂"])
def test_a_long_answer_comes_back_as_it_was(letters: str, length: int) -> None:
    field = a_field(FieldType.LONG_TEXT, letters * length)

    blocks = field_blocks(field, is_required=True, words=WORDS)

    assert answer_in(field, state_of(blocks)) == letters * length
    parts = [block["element"] for block in blocks if block["type"] == "input"]
    assert all(units(part.get("initial_value", "")) <= part["max_length"] for part in parts)
    assert len(parts) == max(1, -(-units(letters * length) // parts[0]["max_length"]))


def test_an_answer_that_is_too_large_for_a_window_stays_as_it_is() -> None:
    field = a_field(FieldType.LONG_TEXT, "я" * 40_000)

    blocks = field_blocks(field, is_required=True, words=WORDS)

    assert [block["type"] for block in blocks] == ["rich_text"]
    assert answer_in(field, state_of(blocks)) == "я" * 40_000


@pytest.mark.parametrize(
    ("type_", "value", "answer"),
    [
        (FieldType.YES_NO, True, "yes"),
        (FieldType.YES_NO, "нет", "no"),
        (FieldType.YES_NO, "может быть", ""),
        (FieldType.DATE, "2026-04-01", "2026-04-01"),
        (FieldType.DATE, "1.04.2026", "2026-04-01"),
        (FieldType.DATE, "скоро", ""),
        (FieldType.CLIENT, {"id": 7, "name": "Ромашка"}, "Ромашка"),
        (FieldType.CHOICE, "o3", "o3"),
        (FieldType.CHOICE, "gone", ""),
        (FieldType.NUMBER, "2,5", "2,5"),
    ],
)
def test_what_is_known_stands_in_its_field(type_: FieldType, value: object, answer: object) -> None:
    field = a_field(type_, value)

    assert answer_in(field, state_of(field_blocks(field, is_required=False, words=WORDS))) == answer


ALIKE = [f"{'Одинаковое начало ' * 5} {end}" for end in ("первое", "второе", "третье")]
SAME_ENDS = [f"{'начало ' * 8}{middle} {'конец ' * 8}" for middle in ("один", "два")]


@pytest.mark.parametrize("long", [ALIKE, SAME_ENDS])
def test_choices_that_differ_late_or_in_the_middle_can_be_told_apart(long: list[str]) -> None:
    offers = tuple(OptionView(id=f"o{n}", label=label) for n, label in enumerate(long))
    items = [
        ItemView(id=ItemId(f"i{n}"), label=label, required=True, done=n == 1, action="x")
        for n, label in enumerate(long)
    ]
    outcomes = [
        OutcomeView(id=OutcomeId(f"d{n}"), title=label, requires=(), needs_checklist=True)
        for n, label in enumerate(long)
    ]
    view = FormView(
        form="task:1.2",
        title="Этап",
        subtitle="ONB-1",
        fields=tuple(
            replace(a_field(type_, value, number), options=offers)
            for number, (type_, value) in enumerate([(FieldType.CHOICE, "o1"), (FieldType.CHOICES, ["o0", "o1"])])
        ),
        checklist=tuple(items),
        outcomes=tuple(outcomes),
        chosen=OutcomeId("d1"),
    )

    window = form_window(view, WORDS, PAGING)
    buttons = tuple(Button(label=label, action="x") for label in long)
    menu = menu_window(Menu(title="Кому", text="", buttons=buttons), WORDS)

    for element in (*(block["element"] for block in window["blocks"] if block["type"] == "input"), *menu["blocks"][1:]):
        shown = [one["text"]["text"] for one in element.get("options") or element["elements"]]
        assert len(set(shown)) == len(long)
        assert all(units(label) <= 75 for label in shown)
    checked_view(window)
    checked_view(menu)


def test_a_label_that_is_cut_keeps_its_end_where_the_load_of_a_person_stands() -> None:
    assert told_apart([f"{'Очень длинное имя ' * 6}: 3 задачи"])[0].endswith(": 3 задачи")
    assert told_apart(["Взять", "Взять"]) == ["Взять", "Взять"]
    assert told_apart(["👨‍👩‍👧" * 30], 10) == ["👨‍👩‍👧…"]


HOSTILE = st.text(alphabet=" \n*_~`>:@&<|\\aЖ1.-/", max_size=60)


@given(HOSTILE)
def test_what_people_typed_is_shown_as_it_was_with_nothing_invisible_in_it(typed: str) -> None:
    block = rich_text(SLACK.escape(typed))

    assert rich_to_plain(block) == typed or not typed.strip()
    assert all("style" not in element for part in block["elements"] for element in part["elements"])
    checked_blocks([block])


@given(HOSTILE.filter(lambda text: "\n" not in text))
def test_bold_stays_bold_and_what_is_typed_beside_it_plain(typed: str) -> None:
    block = rich_text(f"{SLACK.bold('Название')}: {SLACK.escape(typed)}")

    first, *others = block["elements"][0]["elements"]
    assert first == {"type": "text", "text": "Название", "style": {"bold": True}}
    assert not any("style" in element for element in others)
    assert rich_to_plain(block) == f"Название: {typed}"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://test.romashka.example/_admin/ логин demo_", "https://test.romashka.example/_admin/"),
        ("сайт (https://a.example/x).", "https://a.example/x"),
        ("«http://a.example/?a=1&b=_2_»", "http://a.example/?a=1&b=_2_"),
        ("https://a.example/*x*", "https://a.example/*x*"),
    ],
)
def test_an_address_is_a_link_and_copied_as_it_was_typed(typed: str, address: str) -> None:
    block = rich_text(SLACK.escape(typed))

    links = [element["url"] for element in block["elements"][0]["elements"] if element["type"] == "link"]
    assert links == [address]
    assert rich_to_plain(block) == typed


def test_a_quotation_is_set_apart_and_our_links_have_their_words() -> None:
    block = rich_text(
        f"Было\n{SLACK.quote('_раз_' + chr(10) + 'два')}\n{SLACK.link('открыть', 'https://a.example/?a=1&b=2')}"
    )

    assert block["elements"] == [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "Было"}]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "_раз_\nдва"}]},
        {
            "type": "rich_text_section",
            "elements": [{"type": "link", "url": "https://a.example/?a=1&b=2", "text": "открыть"}],
        },
    ]


def test_the_preview_of_a_letter_to_the_client_says_who_sends_it() -> None:
    letter = LetterView(to="Клиенту", subject="Решение банка", body="Здравствуйте!")
    shown = {
        for_client: json.dumps(
            preview_window(
                PreviewView(
                    form="task:1.2",
                    title="Что будет отправлено",
                    outcome=OutcomeId("refused"),
                    outcome_title="Банк отказал",
                    letters=(replace(letter, for_client=for_client),),
                    next_stages=(),
                    mark="1.0",
                ),
                WORDS,
            ),
            ensure_ascii=False,
        )
        for for_client in (True, False)
    }

    assert {for_client: "отправьте клиенту сами" in text for for_client, text in shown.items()} == {
        True: True,
        False: False,
    }


def test_every_other_window_is_taken_with_too_much_of_everything() -> None:
    letters = tuple(LetterView(to=LONG, subject=LONG, body=LONG) for _ in range(30))
    preview = PreviewView(
        form="task:1.2",
        title=LONG,
        outcome=OutcomeId("done"),
        outcome_title=LONG,
        letters=letters,
        next_stages=(LONG,) * 30,
        mark="1.0",
    )
    buttons = tuple(button(number=n) for n in range(60))
    menu = Menu(title=LONG, text=LONG, buttons=buttons)
    message = message_of(Reply(dialog=menu))
    assert message is not None

    check(preview_window(preview, WORDS))
    check(ask_window(Ask(title=LONG, prompt=LONG, action="x", confirm=LONG, options=buttons, instead=buttons), WORDS))
    check(menu_window(menu, WORDS))
    check(notice_window(message, WORDS, None, closes_all=True))
    checked_blocks(content(message)["blocks"])


GOODS = (
    FieldView(name=FieldName("name"), type=FieldType.TEXT, label="Название", required=True),
    FieldView(name=FieldName("price"), type=FieldType.MONEY, label="Цена", required=True),
    FieldView(
        name=FieldName("vat"),
        type=FieldType.CHOICE,
        label="НДС",
        required=True,
        options=(OptionView(id="none", label="без НДС"), OptionView(id="vat_22", label="НДС 22 %")),
    ),
)


@pytest.mark.parametrize("line", ["Букет | 1 500 | ндс 22 %", "Букет\t1 500\tНДС 22 %", "Букет; 1 500; vat_22"])
def test_rows_are_read_however_people_part_their_cells(line: str) -> None:
    assert table_text.read(GOODS, f"\n{line}\n\n") == [{"name": "Букет", "price": "1 500", "vat": "vat_22"}]


def a_list(*rows: Mapping[str, object]) -> FieldView:
    """Make a question for goods, whose source is a choice."""
    sources = (OptionView(id="card", label="банковская карта"), OptionView(id="sbp", label="СБП"))
    columns = (
        replace(a_field(FieldType.TEXT), name=FieldName("name"), label="Название", options=()),
        replace(a_field(FieldType.CHOICE), name=FieldName("source"), label="Источник", options=sources),
    )
    return replace(a_field(FieldType.ROWS, list(rows) or None, columns=columns), label="Товары")


def test_rows_are_inputs_with_menus_for_choices_and_room_for_another_one() -> None:
    field = a_list({"name": "Букет", "source": "sbp"})

    blocks = field_blocks(field, is_required=True, words=WORDS)

    inputs = [block for block in blocks if block["type"] == "input"]
    assert [block["label"]["text"] for block in inputs] == [
        "Товары",
        "1. Название",
        "1. Источник",
        "2. Название",
        "2. Источник",
    ]
    assert [block["element"]["type"] for block in inputs[1:3]] == ["plain_text_input", "static_select"]
    assert inputs[2]["element"]["initial_option"]["text"]["text"] == "СБП"
    assert all(block["optional"] for block in inputs)
    assert answer_in(field, state_of(blocks)) == [{"name": "Букет", "source": "sbp"}]


def test_a_row_that_is_emptied_counts_no_more_and_what_is_pasted_is_added() -> None:
    field = a_list({"name": "Букет", "source": "sbp"}, {"name": "Доставка", "source": "card"})
    blocks = field_blocks(field, is_required=True, words=WORDS)
    state = {name: dict(inputs) for name, inputs in state_of(blocks).items()}
    names = sorted(state, key=lambda name: int(name.rpartition(":")[2]))
    state[names[1]]["typed"] = {"value": ""}
    state[names[2]]["chosen"] = {"selected_option": None}
    state[names[0]]["typed"] = {"value": '"Букет\nромашек"\tСБП'}

    assert answer_in(field, state) == [
        {"name": "Доставка", "source": "card"},
        {"name": "Букет\nромашек", "source": "sbp"},
    ]


def test_rows_and_cells_that_are_suggested_are_shown_to_be_completed() -> None:
    field = a_list()
    columns = tuple(replace(c, suggested="card") if c.name == "source" else c for c in field.columns)
    field = replace(field, columns=columns, suggested=[{"name": "Букет"}])

    blocks = field_blocks(field, is_required=True, words=WORDS)

    assert answer_in(field, state_of(blocks)) == [{"name": "Букет", "source": ""}, {"name": "", "source": "card"}]


def test_a_pasted_row_completes_the_one_that_was_suggested() -> None:
    field = replace(a_list(), suggested=[{"name": "Букет"}, {"name": "Доставка"}])
    state = {
        name: dict(inputs) for name, inputs in state_of(field_blocks(field, is_required=True, words=WORDS)).items()
    }
    state[next(name for name in state if name.endswith(":0"))]["typed"] = {"value": "Букет | СБП"}

    assert answer_in(field, state) == [{"name": "Доставка", "source": ""}, {"name": "Букет", "source": "sbp"}]


def test_a_pasted_row_takes_the_default_of_a_column_that_it_leaves_out() -> None:
    field = a_list()
    columns = tuple(replace(c, suggested="card") if c.name == "source" else c for c in field.columns)
    blocks = field_blocks(replace(field, columns=columns), is_required=True, words=WORDS)
    state = {name: dict(inputs) for name, inputs in state_of(blocks).items()}
    state[next(name for name in state if name.endswith(":0"))]["typed"] = {"value": "Букет\nДоставка\tСБП"}

    assert answer_in(replace(field, columns=columns), state) == [
        {"name": "Букет", "source": "card"},
        {"name": "Доставка", "source": "sbp"},
    ]


def test_a_table_too_large_for_cells_is_written_as_text_and_reads_back_the_same() -> None:
    rows = [{"name": f'Букет {number} | \\ "{number}"', "source": "sbp"} for number in range(200)]
    field = a_list(*rows)

    blocks = field_blocks(field, is_required=True, words=WORDS)

    assert len([block for block in blocks if block["type"] == "input"]) < 10
    assert answer_in(field, state_of(blocks)) == rows


def test_a_line_that_is_longer_than_an_input_takes_is_never_cut() -> None:
    field = a_field(FieldType.TEXT, "я" * 3_001)

    blocks = field_blocks(field, is_required=True, words=WORDS)

    assert [block["type"] for block in blocks] == ["rich_text"]
    assert answer_in(field, state_of(blocks)) == "я" * 3_001


def test_a_long_text_says_how_much_fits_here_and_where_more_does() -> None:
    blocks = field_blocks(a_field(FieldType.LONG_TEXT), is_required=True, words=WORDS)

    assert "3000" in blocks[0]["hint"]["text"]
    assert "веб-чате" in blocks[0]["hint"]["text"]


def test_rows_come_back_as_they_were_whatever_stands_in_them() -> None:
    known: list[dict[str, object]] = [
        {"name": "а | б \\ в\nг", "price": "1,5", "vat": "none"},
        {"name": "дважды; да", "price": "2", "vat": "vat_22"},
    ]

    assert table_text.read(GOODS, table_text.write(GOODS, known)) == known
    assert table_text.read(GOODS[:1], table_text.write(GOODS[:1], known)) == [{"name": row["name"]} for row in known]


def test_rows_copied_from_a_spreadsheet_keep_their_quotation_marks_and_line_breaks() -> None:
    pasted = '"Букет\nромашек"\t1500\n"ООО ""Ромашка"""\t5\n'

    assert table_text.read(GOODS, pasted) == [
        {"name": "Букет\nромашек", "price": "1500"},
        {"name": 'ООО "Ромашка"', "price": "5"},
    ]


def test_cells_that_are_too_many_are_seen_in_the_last_one() -> None:
    assert table_text.read(GOODS, "Букет | 1 | без НДС | ещё")[0][FieldName("vat")] == "без НДС | ещё"


def test_the_words_of_a_message_follow_what_was_typed_and_are_put_in_once() -> None:
    view = a_form(a_field(FieldType.TEXT), a_field(FieldType.LONG_TEXT, "до этого"))

    once = with_excerpt(view, "слова")

    assert once is not None
    assert once.fields[1].value == "до этого\n\nслова"
    assert with_excerpt(once, "слова") == once
    assert with_excerpt(a_form(a_field(FieldType.TEXT)), "слова") is None


def test_a_text_that_is_cut_says_where_all_of_it_is() -> None:
    text = str(SLACK.quote("слово " * 3_000))

    told = with_way_to_whole(Message(text=text, is_cut=True), WORDS)

    assert units(told.text) <= SLACK.limit
    assert "История" in told.text
    assert with_way_to_whole(Message(text=text), WORDS).text == text


def state_of(blocks: list[JSON]) -> JSON:
    """Return the contents of blocks as a window reports them."""
    state: JSON = {}
    for (block_id, action_id), value in initial_state([b for b in blocks if b["type"] == "input"]).items():
        state.setdefault(block_id, {})[action_id] = value
    return state
