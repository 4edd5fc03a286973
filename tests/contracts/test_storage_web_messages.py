"""What every store of the built-in web chat keeps of its messages."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from storage.database import Database
from storage.web_messages import SqlWebMessages
from tests.fakes.clock import MONDAY_MORNING
from tests.fakes.web_messages import KeptMessages
from tests.onboarding import ANNA, STEPAN
from tests.storage.office import EVERYWHERE
from workflows.domain.ids import CaseId, FileId, TaskId
from workflows.domain.text import Language
from workflows.ports.chat import Button, ButtonStyle, ChatAddress, Message, Renditions, Subject
from workflows.ports.own_messages import OwnMessage, OwnMessages

SALES, SUPPORT = ChatAddress("web:#sales"), ChatAddress("web:#support")
CARD = Subject(case_id=CaseId(1), task_id=TaskId("1.2"))
BUTTONS = (
    (
        Button(label="Взять", action="claim:1.2:1", style=ButtonStyle.PRIMARY),
        Button(label="Вернуть", action="return:1.2:1", style=ButtonStyle.DANGER, people=frozenset({STEPAN, ANNA})),
    ),
    (Button(label="Дело", url="/cases/1", people=frozenset()),),
)


@pytest.fixture(params=EVERYWHERE)
async def messages(request: pytest.FixtureRequest) -> AsyncIterator[OwnMessages]:
    if request.param == "memory":
        yield KeptMessages()
        return
    async with Database(
        request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    ) as database:
        yield SqlWebMessages(database)


def saying(words: str, *, buttons: tuple[tuple[Button, ...], ...] = ()) -> Renditions:
    files = (FileId("f1"),)
    return {language: Message(text=f"{words} <{language}>", buttons=buttons, files=files) for language in Language}


async def post(messages: OwnMessages, chat: ChatAddress, words: str) -> OwnMessage:
    return await messages.post(
        chat, saying(words), key=f"{chat}:{words}", subject=Subject(), author=ANNA, now=MONDAY_MORNING
    )


async def test_a_message_is_read_back_as_it_was_posted(messages: OwnMessages) -> None:
    renditions = saying("Карточка", buttons=BUTTONS)

    posted = await messages.post(SALES, renditions, key="k", subject=CARD, author=None, now=MONDAY_MORNING)

    assert (posted.renditions, posted.subject, posted.author, posted.edit) == (renditions, CARD, None, 0)
    assert (posted.chat, posted.posted_at) == (SALES, MONDAY_MORNING)
    assert list(await messages.latest(SALES, 10)) == [posted]


async def test_a_key_that_is_known_makes_the_first_message_show_what_was_asked_for_last(messages: OwnMessages) -> None:
    first = await messages.post(SALES, saying("a"), key="k", subject=CARD, author=ANNA, now=MONDAY_MORNING)
    same = await messages.post(SALES, saying("a"), key="k", subject=CARD, author=ANNA, now=MONDAY_MORNING)
    again = await messages.post(SALES, saying("b"), key="k", subject=CARD, author=ANNA, now=MONDAY_MORNING)

    assert same == first
    assert again == replace(first, renditions=saying("b"), edit=1)
    assert list(await messages.latest(SALES, 10)) == [again]
    assert await messages.last_ids([SALES, SUPPORT]) == {SALES: first.id}


async def test_an_edited_message_counts_its_edits(messages: OwnMessages) -> None:
    posted = await post(messages, SALES, "a")

    for number in (1, 2):
        edited = await messages.edit(posted.id, saying(f"b{number}"), subject=Subject())
        assert edited is not None
        assert (edited.renditions, edited.edit, edited.author) == (saying(f"b{number}"), number, ANNA)

    assert list(await messages.latest(SALES, 10)) == [edited]
    assert await messages.edit(posted.id + 1, saying("c"), subject=Subject()) is None


async def test_a_message_goes_on_belonging_to_what_it_was_posted_about(messages: OwnMessages) -> None:
    topic = Subject(case_id=CARD.case_id, task_id=CARD.task_id, topic="ONB-1")
    posted = await messages.post(SALES, saying("a"), key="k", subject=topic, author=None, now=MONDAY_MORNING)

    edited = await messages.edit(posted.id, saying("b"), subject=Subject())

    assert posted.subject == CARD
    assert edited is not None
    assert edited.subject == CARD


async def test_the_latest_messages_come_oldest_first_and_page_back(messages: OwnMessages) -> None:
    kept = []
    for number in range(5):
        kept.append(await post(messages, SALES, str(number)))
        await post(messages, SUPPORT, str(number))

    assert list(await messages.latest(SALES, 2)) == kept[3:]
    assert list(await messages.latest(SALES, 2, before=kept[3].id)) == kept[1:3]
    assert await messages.last_ids([SALES, ChatAddress("web:#empty")]) == {SALES: kept[4].id}
    assert await messages.last_ids([]) == {}


@pytest.mark.parametrize(("before", "found"), [(10**30, 1), (-(10**30), 0)])
async def test_a_number_that_no_row_can_have_is_no_trouble(messages: OwnMessages, before: int, found: int) -> None:
    await post(messages, SALES, "Доброе утро")

    assert len(await messages.latest(SALES, 10, before)) == found
