"""Whose account somebody writes from, and how they have it forgotten."""

from datetime import timedelta

import pytest

from bot.actions import Verb, decode
from bot.conversation.incoming import Incoming, Intent, Press, Said
from bot.conversation.reply import Reply
from tests.conversation.desk import Desk, menu_in, said_in
from tests.fakes.notes import MemoryNotes
from tests.onboarding import ANNA, NIKOLAY, STEPAN
from workflows.domain.ids import CaseId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, Dialect
from workflows.ports.platforms import Account
from workflows.ports.unit_of_work import Announcement, OutboxKind
from workflows.usecases.sign_ins import SignIns

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


async def comes(
    desk: Desk, person: PersonId, intent: Intent, chat: ChatAddress = PRIVATE, group_title: str | None = None
) -> Reply:
    desk.updates += 1
    incoming = Incoming(
        update_id=f"telegram:{desk.updates}",
        person=person,
        language=Language.EN,
        chat=chat,
        dialect=Dialect.INLINE_HTML,
        intent=intent,
        group_title=group_title,
    )
    return await desk.conversation.handle(incoming)


def only_press(reply: Reply, *, ends_sign_ins: bool = False) -> Press:
    actions = [button.action for button in menu_in(reply).buttons if button.action is not None]
    (action,) = [each for each in actions if (decode(each).verb is Verb.SIGN_OUT) is ends_sign_ins]
    return Press(action=action)


async def test_an_account_is_unlinked_after_a_second_press_and_what_waited_for_it_is_dropped(linked: Desk) -> None:
    letter = Announcement(chat=PRIVATE, kind=OutboxKind.COMMENT, case_id=CaseId(1), values={"text": "Hi"})
    await linked.memory.transact(lambda unit: unit.announce([letter], linked.clock.now()))

    shown = await comes(linked, STEPAN, Said(text="/link"))
    assert menu_in(shown).text.startswith("Accounts that are linked to Stepan Fedorov (")
    assert "· this one" in menu_in(shown).text
    asked = await comes(linked, STEPAN, only_press(shown))
    assert "\nUnlink this account from Stepan Fedorov?" in menu_in(asked).text
    assert linked.chats.directory.person_of("telegram", "11") == STEPAN

    done = await comes(linked, STEPAN, only_press(asked))

    assert said_in(done).startswith("The account is unlinked from Stepan Fedorov")
    assert linked.chats.directory.person_of("telegram", "11") is None
    assert [account.person for account in await linked.memory.accounts()] == [ANNA]
    later = linked.clock.now() + timedelta(days=1)
    assert PRIVATE not in [row.announcement.chat for row in await linked.memory.outbox(later, 100)]


async def test_a_button_of_somebody_else_unlinks_nobody(linked: Desk) -> None:
    asked = await comes(linked, STEPAN, only_press(await comes(linked, STEPAN, Said(text="/link"))))

    reply = await comes(linked, ANNA, only_press(asked), chat=OTHER)

    assert reply.is_refusal
    assert linked.chats.directory.person_of("telegram", "11") == STEPAN


async def test_in_a_group_nothing_is_shown_of_accounts(linked: Desk) -> None:
    reply = await comes(linked, STEPAN, Said(text="/link"), ChatAddress("telegram:-100"), "Support")

    assert said_in(reply).startswith("I know you as Stepan Fedorov. Accounts are unlinked with /link")
    assert reply.dialog is None


async def test_who_works_in_the_web_chat_alone_has_no_linked_account(linked: Desk) -> None:
    assert "has no linked account" in menu_in(await linked.says(NIKOLAY, "/link")).text


async def test_a_head_unlinks_the_lost_phone_of_an_employee(linked: Desk) -> None:
    shown = await linked.says(NIKOLAY, "/link степан")
    asked = await linked.comes(NIKOLAY, only_press(shown))
    assert menu_in(asked).text.endswith("The way back is a new invitation.")

    done = await linked.comes(NIKOLAY, only_press(asked))

    assert said_in(done).startswith("The account is unlinked from Stepan Fedorov")
    assert linked.chats.directory.person_of("telegram", "11") is None
    assert linked.chats.directory.person_of("telegram", "12") == ANNA


async def test_colleagues_see_no_accounts_of_each_other(linked: Desk) -> None:
    reply = await linked.says(STEPAN, "/link anna")

    assert reply.is_refusal
    assert said_in(reply).startswith("There is nobody “anna” whose accounts you may see")


@pytest.mark.parametrize(("person", "typed"), [(STEPAN, "/link"), (NIKOLAY, "/link степан")])
async def test_one_press_ends_all_sign_ins_of_oneself_or_of_ones_employee(
    desk: Desk, person: PersonId, typed: str
) -> None:
    laptop, phone, other = [await desk.sign_ins.begin(each) for each in (STEPAN, STEPAN, ANNA)]

    done = await desk.comes(person, only_press(await desk.says(person, typed), ends_sign_ins=True))

    assert said_in(done).startswith("All sign-ins of Stepan Fedorov to the built-in chat are ended")
    assert desk.signed_out == [STEPAN]
    assert [await desk.sign_ins.is_open(each) for each in (laptop, phone, other)] == [False, False, True]
    assert await desk.sign_ins.is_open(await desk.sign_ins.begin(STEPAN))


async def test_a_colleague_cannot_end_the_sign_ins_of_another(desk: Desk) -> None:
    laptop = await desk.sign_ins.begin(STEPAN)
    ending = only_press(await desk.says(STEPAN, "/link"), ends_sign_ins=True)

    reply = await desk.comes(ANNA, ending)

    assert reply.is_refusal
    assert await desk.sign_ins.is_open(laptop)


async def test_another_process_learns_of_ended_sign_ins_within_half_a_minute(desk: Desk) -> None:
    heard: list[PersonId] = []
    elsewhere = SignIns(MemoryNotes(desk.memory), desk.clock, heard.append)
    ended, forgotten, kept = [await desk.sign_ins.begin(each) for each in (STEPAN, NIKOLAY, NIKOLAY)]
    assert all([await elsewhere.is_open(each) for each in (ended, forgotten, kept)])
    await desk.sign_ins.end_all(STEPAN)
    await desk.sign_ins.end(forgotten)

    desk.clock.move(seconds=30)

    assert [await elsewhere.is_open(each) for each in (ended, forgotten, kept)] == [False, False, True]
    assert heard == []


async def test_who_is_signed_in_stays_so_while_the_database_is_away(desk: Desk) -> None:
    laptop = await desk.sign_ins.begin(STEPAN)
    desk.memory.is_reachable = False
    desk.clock.move(minutes=5)

    assert await desk.sign_ins.is_open(laptop)
