"""Accounts that are linked to nobody, and how they come in."""

from collections.abc import Sequence

import pytest

from bot.actions import Verb
from bot.conversation.incoming import Invited, Said
from tests.conversation.desk import Desk, said_in
from tests.onboarding import ANNA, NIKOLAY, PAVEL, STEPAN, VERA
from workflows.domain import errors
from workflows.domain.ids import PersonId
from workflows.ports.chat import ChatAddress
from workflows.ports.platforms import Account, LinkedAccount
from workflows.ports.unit_of_work import OutboxKind, StorageUnavailable
from workflows.usecases.commits import Commits
from workflows.usecases.invitations import Invitations, digest

WAY_IN = (
    "This account is not linked to anybody in the organisation yet. "
    "Ask your head or the administrator for an invitation link."
)
PHONE = LinkedAccount(platform="telegram", account="11", chat=ChatAddress("telegram:11"))


@pytest.fixture
def invitations(desk: Desk) -> Invitations:
    """The invitations of the company."""
    return Invitations(
        storage=desk.memory,
        organisation=desk.current,
        directory=desk.chats.directory,
        clock=desk.clock,
        commits=Commits(),
    )


async def linked(desk: Desk) -> dict[str, PersonId]:
    """Return the person to whom each account is linked."""
    return {account.account: account.person for account in await desk.memory.accounts()}


async def test_a_stranger_sees_the_way_in_and_nothing_of_any_case(desk: Desk) -> None:
    task = desk.task(await desk.opens_case("Romashka"), "intake")

    pressed = await desk.presses(None, desk.button(task, Verb.CASE))
    typed = await desk.says(None, "/status")
    chatted = await desk.says(None, "hello")

    assert (pressed.toast, pressed.dialog, pressed.message) == (WAY_IN, None, None)
    assert said_in(typed) == WAY_IN
    assert chatted.toast is None
    assert said_in(chatted) == WAY_IN
    assert all(reply.is_refusal for reply in (pressed, typed, chatted))


async def test_somebody_who_has_left_is_a_stranger(desk: Desk) -> None:
    reply = await desk.says(PersonId("gone"), "/my")

    assert said_in(reply) == WAY_IN


async def test_a_stranger_may_ask_for_another_language(desk: Desk) -> None:
    reply = await desk.says(None, "/lang ru")

    assert said_in(reply).startswith("Эта учётная запись ещё не связана")


async def test_a_second_account_is_told_to_the_person_and_to_whoever_invited_them(
    desk: Desk, invitations: Invitations
) -> None:
    await desk.chats.link(
        Account(platform="slack", account="U1", person=STEPAN, chat=ChatAddress("slack:D1"), linked_at=desk.clock.now())
    )
    await desk.comes(None, Invited(code=await invitations.invite(STEPAN, by=NIKOLAY)), account=PHONE)

    told = [row.announcement for row in await desk.memory.outbox(desk.clock.now(), 100)]

    assert {each.kind for each in told} == {OutboxKind.ACCOUNT_LINKED}
    assert {each.chat for each in told} == {"slack:D1", "web:@stepan", "web:@nikolay"}
    assert told[0].values == {"person": STEPAN, "platform": "telegram", "account": "11"}


async def test_an_invitation_works_once(desk: Desk, invitations: Invitations) -> None:
    code = await invitations.invite(STEPAN, by=NIKOLAY)

    welcomed = await desk.comes(None, Invited(code=code), account=PHONE)
    again = await desk.comes(None, Said(text=f"/link {code}"), account=PHONE)

    assert said_in(welcomed).startswith("I know you as Stepan Fedorov.")
    assert again.is_refusal
    assert said_in(again).startswith("This invitation is not known, was used already or has expired.")
    assert await linked(desk) == {PHONE.account: STEPAN}


async def test_a_code_holds_nothing_that_a_chat_takes_for_markup(invitations: Invitations) -> None:
    codes = {await invitations.invite(STEPAN, by=NIKOLAY) for _ in range(50)}

    assert len(codes) == 50
    assert all(code.isascii() and code.isalnum() for code in codes)


async def test_an_invitation_expires(desk: Desk, invitations: Invitations) -> None:
    code = await invitations.invite(STEPAN, by=NIKOLAY)
    desk.clock.move(days=7)

    reply = await desk.comes(None, Invited(code=code), account=PHONE)

    assert reply.is_refusal
    assert await linked(desk) == {}


async def test_an_invitation_of_somebody_who_has_left_links_nobody(desk: Desk) -> None:
    expires_at = desk.clock.now().replace(year=2030)
    await desk.memory.transact(lambda unit: unit.add_invitation(digest("c0de"), PersonId("gone"), expires_at))

    reply = await desk.comes(None, Invited(code="c0de"), account=PHONE)

    assert reply.is_refusal
    assert await linked(desk) == {}


async def test_a_chat_without_accounts_redeems_nothing(desk: Desk, invitations: Invitations) -> None:
    code = await invitations.invite(STEPAN, by=NIKOLAY)

    reply = await desk.says(None, f"/link {code}")

    assert reply.is_refusal
    assert digest(code) in desk.memory.rows.invitations


async def test_only_the_digest_of_a_code_is_kept(desk: Desk, invitations: Invitations) -> None:
    code = await invitations.invite(STEPAN, by=NIKOLAY)

    assert list(desk.memory.rows.invitations) == [digest(code)]
    assert code != digest(code)


async def test_heads_and_administrators_invite_and_nobody_else(invitations: Invitations) -> None:
    assert await invitations.invite(ANNA, by=PAVEL) != await invitations.invite(ANNA, by=VERA)
    with pytest.raises(errors.NotTheHead):
        await invitations.invite(STEPAN, by=PAVEL)
    with pytest.raises(errors.UnknownPerson):
        await invitations.invite(PersonId("gone"), by=VERA)


async def test_somebody_who_is_known_already_is_greeted(desk: Desk) -> None:
    assert said_in(await desk.says(ANNA, "/start c0de")).startswith("I know you as Anna Sokolova.")


async def test_an_invitation_is_told_to_be_taken_although_the_account_cannot_be_read_back(
    desk: Desk, invitations: Invitations
) -> None:
    code = await invitations.invite(ANNA, by=None)

    async def away() -> Sequence[Account]:
        raise StorageUnavailable("away")

    desk.memory.accounts = away  # type: ignore[method-assign]

    reply = await desk.comes(None, Invited(code=code), account=PHONE)

    assert "Anna Sokolova" in said_in(reply)
