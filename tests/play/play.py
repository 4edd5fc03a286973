"""The play: the real wiring on a real database with the web chat; delivery settles at once, time passes by hand."""

import itertools
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from bot.bootstrap import Application, wired
from bot.command_line.demonstration import Demonstration
from bot.host.settings import Settings
from tests.companies import FOLDER, shared
from tests.fakes.clock import MONDAY_MORNING, HandClock
from tests.play.actor import Actor
from workflows.domain.case import Case
from workflows.domain.events import Event
from workflows.domain.ids import PersonId
from workflows.domain.people import Organisation
from workflows.ports.rendering import FilledLetter
from workflows.usecases.fire_timers import TimerFiring


class Play:
    """A company at work; `is_delivering` is set to False to let messages wait, `restart` starts a new program."""

    app: Application

    def __init__(self, database_url: str, company: str = "inplat", now: datetime = MONDAY_MORNING) -> None:
        self.clock = HandClock(now)
        self.is_delivering = True
        self._settings = Settings(
            _env_file=None,
            database_url=database_url,
            company=FOLDER / company,
            secret_key=SecretStr("nothing is secret on a stage"),
        )
        self._running = AsyncExitStack()
        self._updates = itertools.count(1)

    async def __aenter__(self) -> Self:
        self.app = await self._running.enter_async_context(
            wired(
                self._settings,
                samples=Demonstration(self._settings, port=0),
                clock=self.clock,
                company=shared(self._settings.company),
            )
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._running.aclose()

    @property
    def organisation(self) -> Organisation:
        """Return the company's organisation."""
        return self.app.services.organisation.now

    def person(self, name: str) -> Actor:
        """Return somebody of the company."""
        return Actor(self, self.organisation.person(PersonId(name)))

    def next_update(self) -> str:
        """Return an update id that was never used in this play."""
        return f"play:{next(self._updates)}"

    async def settle(self) -> None:
        """Bring everything that is due to the chats, unless delivery rests."""
        if self.is_delivering:
            await self.app.delivery.deliver_due()

    async def let_pass(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Let time pass: everything that comes due on the way happens at its own moment."""
        end = self.clock.now() + timedelta(days=days, hours=hours, minutes=minutes)
        while (due := await self._next_due()) is not None and due <= end:
            self._move_to(max(due, self.clock.now()))
            await self._fire()
            await self.settle()
        self._move_to(end)

    async def restart(self, company: Path | None = None) -> None:
        """End the program and start another one on the same database; what came due meanwhile happens now.

        The new one may find another company pack in the place of the old.
        """
        if company is not None:
            self._settings = self._settings.model_copy(update={"company": company})
        await self._running.aclose()
        self._running = AsyncExitStack()
        self.is_delivering = True
        await self.__aenter__()
        await self._fire()
        await self.settle()

    async def case(self, number: str) -> Case:
        """Return the case of a number."""
        case = await self.app.queries.case_numbered(number)
        assert case is not None
        return case

    async def letters(self, number: str, template: str) -> list[FilledLetter]:
        """Return the kept letters of a case that were filled from a template, oldest first."""
        kept = await self.app.queries.letters((await self.case(number)).id)
        return [letter for letter in kept if letter.template == template]

    async def history(self, number: str) -> list[Event]:
        """Return what has happened to a case."""
        return list(await self.app.queries.history((await self.case(number)).id))

    async def _fire(self) -> None:
        handler = self.app.handler
        await TimerFiring(
            handler=handler, storage=self.app.storage, queries=self.app.queries, clock=self.clock
        ).fire_due()

    async def _next_due(self) -> datetime | None:
        queries = self.app.queries
        moments = (await queries.next_timer_due(), await queries.next_outbox_due(self.clock.now()))
        return min((moment for moment in moments if moment is not None), default=None)

    def _move_to(self, moment: datetime) -> None:
        self.clock.move(seconds=(moment - self.clock.now()).total_seconds())


class OnWeb(Play):
    """The web chat of a program that something else has started; its own loops deliver."""

    def __init__(self, app: Application) -> None:
        super().__init__("sqlite+aiosqlite:////nowhere/handover.db")
        self.app = app
        self.is_delivering = False
