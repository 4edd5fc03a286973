"""What the screens of an interview show: answers in the reader's words, tables row by row."""

from datetime import date

from bot.conversation.incoming import Press
from bot.conversation.interview.screens import aside_screens, form_screens, question_screens
from bot.conversation.interview.screens.screen import Screens
from bot.conversation.interview.steps.progress import Progress, Screen
from bot.conversation.reply import Ask, FieldView, FormView, OptionView, Reply
from tests.conversation.desk import MESSAGES, Desk, buttons_in, said_in
from tests.conversation.test_interview import Chat
from tests.onboarding import STEPAN
from workflows.domain.definition import FieldType
from workflows.domain.ids import FieldName
from workflows.domain.text import Language
from workflows.ports.chat import Dialect, Message

SCREENS = Screens(messages=MESSAGES, dialect=Dialect.INLINE_HTML, language=Language.RU, today=date(2026, 3, 2))
MONEY = FieldView(name=FieldName("price"), type=FieldType.MONEY, label="Цена", required=True, currency="RUB")
NAME = FieldView(name=FieldName("title"), type=FieldType.TEXT, label="Название", required=True)
VAT = FieldView(
    name=FieldName("vat"),
    type=FieldType.CHOICE,
    label="НДС",
    required=False,
    options=(OptionView(id="vat_5", label="НДС 5 %"),),
)
ROWS = [{"title": "Билет", "price": "1500", "vat": "vat_5"}, {"title": "Сбор", "price": "сто"}]
GOODS = FieldView(
    name=FieldName("goods"), type=FieldType.ROWS, label="Товары", required=True, columns=(NAME, MONEY, VAT), value=ROWS
)


def answered(type_: FieldType, value: object) -> FieldView:
    """Make a question that was answered."""
    return FieldView(name=FieldName(type_), type=type_, label=type_, required=False, value=value)


def form_with(*fields: FieldView, known: tuple[tuple[str, str], ...] = ()) -> FormView:
    """Make a form of these questions."""
    return FormView(
        form="task:1.1", title="Знакомство", subtitle="ONB-1", fields=fields, checklist=(), outcomes=(), known=known
    )


def words(message: Message) -> str:
    """Return the text of a message."""
    return said_in(Reply(message=message))


def test_the_summary_tells_the_answers_in_the_words_of_the_letters() -> None:
    form = form_with(
        answered(FieldType.YES_NO, "yes"),
        answered(FieldType.DATE, "22.11.2026"),
        answered(FieldType.PHONE, "8 (495) 123-45-67"),
        answered(FieldType.NUMBER, "12500"),
        FieldView(name=FieldName("sum"), type=FieldType.MONEY, label="sum", required=True, currency="RUB", value="9,5"),
    )

    said = (
        words(form_screens.summary(SCREENS, form, Progress(screen=Screen.SUMMARY)))
        .replace("\u00a0", " ")
        .replace("\u202f", " ")
    )

    assert "yes_no: да\n" in said
    assert "date: 22 ноября 2026 г.\n" in said
    assert "phone: +7 495 123-45-67\n" in said
    assert "number: 12 500\n" in said
    assert "sum: 9,50 ₽\n" in said


def test_what_cannot_be_read_is_shown_as_it_was_typed() -> None:
    form = form_with(answered(FieldType.DATE, "в марте"), answered(FieldType.CHOICES, ["gone"]))

    said = words(form_screens.summary(SCREENS, form, Progress(screen=Screen.SUMMARY)))

    assert "date: в марте\nchoices: gone\n" in said


def test_the_summary_shows_the_rows_of_a_table() -> None:
    said = (
        words(form_screens.summary(SCREENS, form_with(GOODS), Progress(screen=Screen.SUMMARY)))
        .replace("\u00a0", " ")
        .replace("\u202f", " ")
    )

    assert "Товары:\n1. Билет · 1 500,00 ₽ · НДС 5 %\n2. Сбор · сто\n" in said
    assert "строк" not in said


def test_a_question_about_a_table_shows_its_rows_and_does_not_count_them_beside() -> None:
    said = words(question_screens.question(SCREENS, form_with(GOODS), Progress()))

    assert "1. Билет" in said
    assert "Сейчас" not in said


def test_a_cell_shows_the_number_of_its_row_what_was_typed_and_the_currency() -> None:
    progress = Progress(screen=Screen.CELL, column=1, cells={"title": "Сертификат"})

    message = question_screens.cell(SCREENS, form_with(GOODS), progress)

    said = words(message)
    assert "Товары · строка 3" in said
    assert "Название: Сертификат\n\nВопрос 2 из 3" in said
    assert "Цена, ₽ *" in said
    assert [[button.label for button in row] for row in message.buttons] == [["Назад", "Позже"], ["Без этой строки"]]


def test_a_cell_that_need_not_be_filled_can_be_skipped_and_one_that_is_filled_kept() -> None:
    skipped = question_screens.cell(SCREENS, form_with(GOODS), Progress(screen=Screen.CELL, column=2))
    kept = question_screens.cell(SCREENS, form_with(GOODS), Progress(screen=Screen.CELL, cells={"title": "Сертификат"}))

    assert "Пропустить" in [button.label for row in skipped.buttons for button in row]
    assert "Оставить" in [button.label for row in kept.buttons for button in row]
    assert "Сейчас: Сертификат" in words(kept)


def test_the_facts_stand_apart_from_the_first_question() -> None:
    said = words(question_screens.question(SCREENS, form_with(NAME, known=(("Сайт", "romashka.example"),)), Progress()))

    assert "Сайт: romashka.example\n\nВопрос 1 из 1" in said


def test_a_question_for_a_reason_tells_how_to_answer_it() -> None:
    ask = Ask(
        title="Раньше ждёт другой клиент", prompt="Почему ONB-2 идёт первым?", action="claim:2.1:1:", confirm="Взять"
    )

    assert "Почему ONB-2 идёт первым?\nНапишите причину сообщением." in words(
        aside_screens.ask(SCREENS, ask, Progress())
    )


def test_what_is_known_stands_apart_from_the_answers_and_its_rows_on_lines_of_their_own() -> None:
    known = (("Сайт", "romashka.example"), ("Товары", "1. Билет\n2. Сбор"))
    form = form_with(answered(FieldType.TEXT, "да"), known=known)

    asked = words(question_screens.question(SCREENS, form, Progress()))
    summary = words(form_screens.summary(SCREENS, form, Progress(screen=Screen.SUMMARY)))

    assert "Сайт: romashka.example\nТовары:\n1. Билет\n2. Сбор\n" in asked
    assert "Товары:\n1. Билет\n2. Сбор\n\ntext: да" in summary


async def a_row_begun() -> tuple[Chat, Reply]:
    """Have Stepan fill in a form up to the second cell of its table."""
    desk = Desk()
    task = await desk.opens_claimed_case()
    chat = Chat(desk, STEPAN)
    await chat.does(Press(action=f"work:{task.id}:{task.revision}:"))
    await chat.presses(chat.last, "Accept")
    await chat.presses(await chat.says("Ivan"), "Answer too: Goods")
    asked = await chat.presses(chat.last, "Add a row")
    assert "Name" in said_in(asked)
    return chat, await chat.says("Ticket")


async def test_back_leads_to_the_cell_before_and_from_the_first_one_to_the_table() -> None:
    chat, price = await a_row_begun()

    name = await chat.presses(price, "Back")
    assert "Now: Ticket" in said_in(name)
    price = await chat.presses(name, "Keep")
    assert "Name: Ticket" in said_in(price)
    table = await chat.presses(await chat.presses(price, "Back"), "Back")
    assert "Add a row" in [button.label for button in buttons_in(table)]


async def test_later_in_the_middle_of_a_row_tells_that_the_row_is_not_kept() -> None:
    chat, price = await a_row_begun()

    left = await chat.presses(price, "Later")

    assert "kept as a draft" in said_in(left)
    assert "The row that was not finished is not kept." in said_in(left)
