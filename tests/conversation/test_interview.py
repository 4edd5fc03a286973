"""Questions asked one by one: pages of many choices, and what cannot be gone on with."""

from dataclasses import replace

import pytest

from bot.conversation.accounts import Link
from bot.conversation.incoming import Incoming, Intent, Press, Said
from bot.conversation.interview import Interview
from bot.conversation.reply import Reply
from bot.conversation.screens import PAGE
from tests.builders import ANNA, ROMAN, VERA, an_organisation
from tests.conversation.desk import MESSAGES, ZONE, Desk, buttons_in, said_in
from workflows.domain.ids import PersonId
from workflows.domain.people import Organisation, Person
from workflows.domain.text import Language, Text
from workflows.ports.chat import ChatAddress, Dialect
from workflows.ports.unit_of_work import StorageUnavailable


def a_big_organisation() -> Organisation:
    """The organisation with 120 people more."""
    organisation = an_organisation()
    one = next(iter(organisation.people.values()))
    more: dict[PersonId, Person] = {}
    for at in range(120):
        person = PersonId(f"clerk_{at}")
        more[person] = replace(one, id=person, name=Text(ru=f"Служащий {at}", en=f"Clerk {at}"), roles=frozenset())
    return replace(organisation, people={**organisation.people, **more})


class Chat:
    """Somebody's private chat with the assistant; `last` is the newest answer."""

    def __init__(self, desk: Desk, person: PersonId) -> None:
        self.desk = desk
        self.person = person
        self.updates = 0
        self.last = Reply()
        self.interview = Interview(conversation=desk.conversation, handler=desk.handler, messages=MESSAGES, zone=ZONE)

    async def does(self, intent: Intent) -> Reply:
        """Do something."""
        self.updates += 1
        incoming = Incoming(
            update_id=f"telegram:{self.updates}",
            person=self.person,
            language=Language.EN,
            chat=ChatAddress("telegram:1"),
            dialect=Dialect.TELEGRAM,
            intent=intent,
        )
        self.last = await self.interview.handle(incoming)
        return self.last

    async def says(self, text: str) -> Reply:
        """Type something."""
        return await self.does(Said(text=text))

    async def presses(self, reply: Reply, label: str) -> Reply:
        """Press the button of that label."""
        button = next(button for button in buttons_in(reply) if button.label == label)
        assert button.action is not None
        return await self.does(Press(action=button.action))


@pytest.fixture
def chat() -> Chat:
    return Chat(Desk(organisation=a_big_organisation()), VERA)


async def test_more_choices_than_a_chat_takes_are_shown_page_by_page(chat: Chat) -> None:
    page = await chat.does(Said(text="/invite"))
    seen = [button.label for button in buttons_in(page)]
    number = 2
    while (further := f"{number} ›") in seen:
        page, number = await chat.presses(page, further), number + 1
        assert len(buttons_in(page)) <= PAGE + 2
        seen += [button.label for button in buttons_in(page)]

    assert {f"Clerk {at}" for at in range(120)} <= set(seen)
    back = await chat.presses(page, f"‹ {number - 2}")
    assert f"{number - 1} ›" in [button.label for button in buttons_in(back)]


async def test_many_choices_are_narrowed_down_by_typing_a_part_of_the_name(chat: Chat) -> None:
    await chat.does(Said(text="/invite"))

    found = await chat.does(Said(text="clerk 11"))
    assert [button.label for button in buttons_in(found)] == ["Clerk 11", *(f"Clerk 11{at}" for at in range(10))]
    missed = await chat.does(Said(text="Nobody"))
    assert "Nothing is called “Nobody”" in said_in(missed)
    chosen = await chat.presses(await chat.does(Said(text="clerk 117")), "Clerk 117")
    assert "Clerk 117" in said_in(chosen)
    assert (await chat.does(Said(text="clerk 11"))).is_refusal


async def test_what_fails_unexpectedly_is_answered_and_does_not_stand_in_the_way_again(chat: Chat) -> None:
    await chat.does(Said(text="/invite"))
    handle = chat.desk.conversation.handle

    async def broken(_incoming: Incoming, *, link: Link | None = None) -> Reply:
        raise IndexError("a form with fewer columns")

    chat.desk.conversation.handle = broken  # type: ignore[method-assign,assignment]
    failed = await chat.does(Said(text="clerk 11"))
    chat.desk.conversation.handle = handle  # type: ignore[method-assign]

    assert failed.is_refusal
    assert failed.toast is not None
    assert "Something went wrong" in failed.toast
    assert (await chat.does(Said(text="clerk 11"))).is_refusal


async def test_a_database_that_is_away_keeps_no_reply_from_being_drawn() -> None:
    chat = Chat(Desk(), ANNA)

    async def away(_person: PersonId) -> Language | None:
        raise StorageUnavailable("away")

    chat.desk.memory.language = away  # type: ignore[method-assign,assignment]
    incoming = Incoming(
        update_id="telegram:9",
        person=ROMAN,
        language=Language.EN,
        chat=ChatAddress("telegram:9"),
        dialect=Dialect.TELEGRAM,
        intent=Said(text="/my"),
    )

    assert (await chat.interview.screens_for(incoming)).language is Language.EN
