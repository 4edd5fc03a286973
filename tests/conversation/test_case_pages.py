"""What a case has gathered, read in a chat that has no panel."""

import pytest

from bot.actions import Action, Verb
from bot.conversation.incoming import Press, Said
from bot.conversation.reply import CaseView, Reply
from bot.rendering.markup.dialects import MARKUPS
from tests.conversation.desk import Desk
from tests.onboarding import ANNA, STEPAN, TATIANA
from workflows.domain.case import Case
from workflows.ports.chat import Button, Dialect, Message

CHATS = (Dialect.INLINE_HTML, Dialect.MRKDWN)


def labels(message: Message) -> list[str]:
    return [button.label for row in message.buttons for button in row]


def button(message: Message, label: str) -> Button:
    return next(button for row in message.buttons for button in row if button.label == label)


async def presses(desk: Desk, pressed: Button, dialect: Dialect) -> Message:
    reply = await desk.comes(TATIANA, Press(action=pressed.action or ""), dialect=dialect)
    assert reply.message is not None, reply
    return reply.message


async def status_of(desk: Desk, case: Case, dialect: Dialect) -> Message:
    action = Action(verb=Verb.CASE, target=str(case.id)).encode()
    reply: Reply = await desk.comes(TATIANA, Press(action=action), dialect=dialect)
    assert isinstance(reply.dialog, CaseView)
    return reply.dialog.status


@pytest.mark.parametrize("dialect", CHATS)
async def test_the_status_leads_to_data_letters_and_history(desk: Desk, dialect: Dialect) -> None:
    case = await desk.hands_over_intake("Romashka")
    await desk.comments(STEPAN, case.id, "The contract is signed.")

    status = await status_of(desk, case, dialect)
    facts, letters, history = [
        await presses(desk, button(status, label), dialect) for label in ("Data", "Letters", "History")
    ]

    assert "Ivan" in facts.text
    assert "contact: Ivan" in letters.text
    assert "Stepan" in letters.text
    for words in ("Opened case ONB-1", "Claimed the stage", "The contract is signed."):
        assert words in history.text


async def test_in_the_web_chat_the_panel_shows_all_that(desk: Desk) -> None:
    case = await desk.opens_case()

    assert not {"Data", "Letters", "History"} & set(labels(await status_of(desk, case, Dialect.HTML)))


@pytest.mark.parametrize("dialect", CHATS)
async def test_a_long_history_is_turned_page_by_page_and_nothing_of_it_is_cut(desk: Desk, dialect: Dialect) -> None:
    case = await desk.opens_case()
    words = [f"word{number}" for number in range(900)]
    await desk.comments(ANNA, case.id, " ".join(words))
    for number in range(40):
        await desk.comments(STEPAN, case.id, f"Remark {number} & <more>")

    page = await presses(desk, button(await status_of(desk, case, dialect), "History"), dialect)
    assert "Remark 39" in page.text
    read = page.text
    turns = 0
    while (earlier := next((label for label in labels(page) if label.startswith("‹")), None)) is not None:
        page = await presses(desk, button(page, earlier), dialect)
        assert MARKUPS[dialect].visible_length(page.text) <= MARKUPS[dialect].limit
        read = f"{page.text} {read}"
        turns += 1

    assert turns >= 2
    assert "Page 1 of" in page.text
    told = read.replace("</blockquote>", " ").replace(">", " ").replace("\n", " ").split()
    assert [word for word in told if word.startswith("word")] == words
    assert [f"Remark {number} " in read for number in range(40)] == [True] * 40


@pytest.mark.parametrize("dialect", CHATS)
@pytest.mark.parametrize("text", ["x\n" * 3_000, "<&>" * 3_000, "слово" * 1_800, f"{'слово ' * 1_500}\n\n   "])
async def test_a_long_comment_of_any_shape_is_shown_whole(desk: Desk, dialect: Dialect, text: str) -> None:
    case = await desk.opens_case()
    await desk.comments(ANNA, case.id, text)

    page = await presses(desk, button(await status_of(desk, case, dialect), "History"), dialect)
    pages = [page]
    while (earlier := next((label for label in labels(page) if label.startswith("‹")), None)) is not None:
        page = await presses(desk, button(page, earlier), dialect)
        pages.insert(0, page)

    assert not [page for page in pages if "…" in page.text]
    assert not [page for page in pages if page.text.rstrip().endswith("</b>")]


async def test_a_page_that_is_not_there_is_the_last_one_and_rubbish_is_refused(desk: Desk) -> None:
    case = await desk.opens_case()

    async def asked(argument: str) -> Reply:
        action = Action(verb=Verb.RECORD, target=str(case.id), argument=argument).encode()
        return await desk.comes(ANNA, Press(action=action), dialect=Dialect.INLINE_HTML)

    last = await asked("history.99")
    assert last.message is not None
    assert "Opened case" in last.message.text
    for rubbish in ("", "secrets", "history.x", "history.-1"):
        assert (await asked(rubbish)).is_refusal


async def test_a_case_without_letters_says_so(desk: Desk) -> None:
    case = await desk.opens_case()
    desk.memory.rows.letters.clear()

    letters = await presses(
        desk, button(await status_of(desk, case, Dialect.INLINE_HTML), "Letters"), Dialect.INLINE_HTML
    )

    assert "Nothing yet." in letters.text


async def test_status_by_name_has_the_same_buttons(desk: Desk) -> None:
    await desk.opens_case("Romashka")

    reply = await desk.comes(ANNA, Said(text="/status romashka"), dialect=Dialect.MRKDWN)

    assert reply.message is not None
    assert {"Data", "Letters", "History"} <= set(labels(reply.message))
