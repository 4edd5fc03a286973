"""Whose account somebody writes from, and how they have it forgotten."""

from datetime import timedelta

import pytest

from bot.conversation.incoming import Incoming, Intent, Press, Said
from bot.conversation.reply import Reply
from tests.conversation.desk import Desk, menu_in, said_in
from tests.onboarding import ANNA, STEPAN
from workflows.domain.ids import CaseId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, Dialect
from workflows.ports.platforms import Account
from workflows.ports.unit_of_work import Announcement, OutboxKind

PRIVATE, OTHER = ChatAddress("telegram:11"), ChatAddress("telegram:12")


@pytest.fixture
async def linked(desk: Desk) -> Desk:
    """A company in which Stepan and Anna have linked an account each."""
    for person, chat in ((STEPAN, PRIVATE), (ANNA, OTHER)):
        account = Account(
            platform="telegram",
            account=chat.partition(":")[2],
            person=person,
            chat=chat,
            linked_at=desk.clock.now(),
        )
        await desk.chats.link(account)
    return desk


async def comes(desk: Desk, person: PersonId, intent: Intent, chat: ChatAddress = PRIVATE) -> Reply:
    desk.updates += 1
    incoming = Incoming(
        update_id=f"telegram:{desk.updates}",
        person=person,
        language=Language.EN,
        chat=chat,
        dialect=Dialect.INLINE_HTML,
        intent=intent,
    )
    return await desk.conversation.handle(incoming)


def only_press(reply: Reply) -> Press:
    (button,) = menu_in(reply).buttons
    assert button.action is not None
    return Press(action=button.action)


async def test_an_account_is_unlinked_after_a_second_press_and_what_waited_for_it_is_dropped(linked: Desk) -> None:
    letter = Announcement(chat=PRIVATE, kind=OutboxKind.COMMENT, case_id=CaseId(1), values={"text": "Hi"})
    await linked.memory.transact(lambda unit: unit.announce([letter], linked.clock.now()))

    shown = await comes(linked, STEPAN, Said(text="/link"))
    assert menu_in(shown).text.startswith("This account is linked to Stepan Fedorov (")
    asked = await comes(linked, STEPAN, only_press(shown))
    assert menu_in(asked).text.startswith("Unlink this account from Stepan Fedorov?")
    assert linked.chats.directory.person_of("telegram", "11") == STEPAN

    done = await comes(linked, STEPAN, only_press(asked))

    assert said_in(done).startswith("This account is unlinked")
    assert linked.chats.directory.person_of("telegram", "11") is None
    assert [account.person for account in await linked.memory.accounts()] == [ANNA]
    later = linked.clock.now() + timedelta(days=1)
    assert PRIVATE not in [row.announcement.chat for row in await linked.memory.outbox(later, 100)]


async def test_a_button_of_somebody_else_unlinks_nobody(linked: Desk) -> None:
    asked = await comes(linked, STEPAN, only_press(await comes(linked, STEPAN, Said(text="/link"))))

    reply = await comes(linked, ANNA, only_press(asked), chat=OTHER)

    assert reply.is_refusal
    assert linked.chats.directory.person_of("telegram", "11") == STEPAN


async def test_outside_the_private_chat_of_an_account_nothing_is_unlinked(linked: Desk) -> None:
    reply = await linked.says(STEPAN, "/link")

    assert said_in(reply).startswith("I know you as Stepan Fedorov. Accounts are unlinked with /link")
    assert reply.dialog is None
