"""A company of a story: in one chat, or with each department in another one."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from pydantic import SecretStr

from tests.companies import FOLDER
from tests.fakes.clock import HandClock
from tests.play.play import OnWeb, Play
from tests.slack.firm import Firm as SlackFirm
from tests.slack.server import SlackServer
from tests.stories.hands import Hands, Story
from tests.stories.in_slack import SlackHands
from tests.stories.in_telegram import TelegramHands
from tests.stories.in_web import WebHands
from tests.telegram.firm import Beside
from tests.telegram.firm import Firm as TelegramFirm
from tests.telegram.server import TelegramServer
from workflows.domain.ids import PersonId
from workflows.domain.people import Organisation, Role

WEB, TELEGRAM, SLACK, MIXED = "web", "telegram", "slack", "mixed"
CHATS = (
    WEB,
    pytest.param(TELEGRAM, marks=pytest.mark.system),
    pytest.param(SLACK, marks=pytest.mark.system),
)
ALL = (*CHATS, pytest.param(MIXED, marks=pytest.mark.system))


@asynccontextmanager
async def at_work(chat: str, database_url: str, company: str, *cast: str) -> AsyncIterator[Story]:
    """Run a company of our packs in which these people work in a chat; in `MIXED` each department has another one."""
    async with AsyncExitStack() as running:
        clock, people = HandClock(), [PersonId(name) for name in cast]
        if chat == WEB:
            play = await running.enter_async_context(Play(database_url, company))
            yield Story(play.app, play.clock, dict.fromkeys(people, WebHands(play)))
            return
        telegram = await running.enter_async_context(TelegramServer()) if chat != SLACK else None
        slack = await running.enter_async_context(SlackServer()) if chat != TELEGRAM else None
        firm = _firm(database_url, company, clock, telegram, slack)
        await running.enter_async_context(firm)
        yield Story(firm.app, clock, await _hands(firm, people, telegram, slack))
        assert telegram is None or list(_refused(telegram)) == []
        assert slack is None or slack.violations == []


def _firm(
    database_url: str, company: str, clock: HandClock, telegram: TelegramServer | None, slack: SlackServer | None
) -> SlackFirm | TelegramFirm:
    folder = FOLDER / company
    if slack is None:
        assert telegram is not None
        return TelegramFirm(database_url, telegram, company=folder, clock=clock)
    if telegram is None:
        return SlackFirm(database_url, slack, company=folder, clock=clock)
    token = SecretStr(telegram.token)
    return SlackFirm(
        database_url,
        slack,
        company=folder,
        clock=clock,
        telegram_bot_token=token,
        telegram_api_url=telegram.url,
    )


async def _hands(
    firm: SlackFirm | TelegramFirm,
    people: Sequence[PersonId],
    telegram: TelegramServer | None,
    slack: SlackServer | None,
) -> Mapping[PersonId, Hands]:
    """Give people the hands of their chat: in a company with several, departments take turns among the chats."""
    organisation = firm.app.services.organisation.now
    (administrator, *_) = [p.id for p in organisation.people.values() if Role.ADMINISTRATOR in p.roles]
    hands: list[Hands] = []
    if slack is not None:
        assert isinstance(firm, SlackFirm)
        hands.append(SlackHands(firm))
    if telegram is not None:
        beside = firm if isinstance(firm, TelegramFirm) else Beside(firm, telegram)
        await beside.is_ready()
        hands.append(TelegramHands(beside))
    if len(hands) > 1:
        hands.append(WebHands(OnWeb(firm.app), is_waiting=True))
    given = {person: hands[_place(organisation, person) % len(hands)] for person in people}
    for each in hands:
        if isinstance(each, SlackHands | TelegramHands):
            await each.enter([person for person in people if given[person] is each], administrator)
    return given


def _place(organisation: Organisation, person: PersonId) -> int:
    """Return which of the departments somebody's first one is."""
    return list(organisation.departments).index(organisation.person(person).departments[0])


def _refused(telegram: TelegramServer) -> Iterator[str]:
    """Yield why calls were refused; an edit of a card that shows already what it has to is none."""
    for call in telegram.calls:
        if call.error and "message is not modified" not in call.error.description:
            yield call.error.description
