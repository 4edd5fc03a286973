"""InPlat on a local platform server: the whole program, which is started, stopped and started again on its database."""

import asyncio
import itertools
import secrets
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from bot.bootstrap import Application, wired
from bot.conversation.incoming import FormSent, Incoming, Intent
from bot.conversation.reply import Reply
from bot.host.settings import Settings
from bot.tuning import Tuning
from tests.companies import shared
from tests.taxpayers import inn_number
from workflows.domain.case import Case
from workflows.domain.ids import FieldName, OutcomeId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, Dialect
from workflows.ports.clock import Clock
from workflows.usecases.invitations import digest

PATIENCE = 30.0
"""Seconds after which what a story waits for has failed, however busy the machine is."""

ROMASHKA = "ООО «Ромашка»"
CLIENT: Mapping[str, object] = {
    "contact": "Мария Петровна",
    "phone": "8 (495) 123-45-67",
    "email": "info@romashka.example",
    "inn": "7707083893",
    "site": "romashka.example",
    "services": ["cards"],
    "expected_start": "01.04.2099",
}


class RunningFirm:
    """The program with one adapter, as it runs; entered, it listens, delivers and is ready for presses."""

    app: Application

    def __init__(self, settings: Settings, *, clock: Clock | None, tuning: Tuning) -> None:
        """Take the settings; a company of ours is shared, that of a test is read."""
        self.settings = settings
        self.tuning = tuning
        self._clock = clock
        self._company = shared(settings.company)
        self._running = AsyncExitStack()
        self._elsewhere = itertools.count(1)
        self._inns = {ROMASHKA: str(CLIENT["inn"])}

    async def __aenter__(self) -> Self:
        self.app = await self._running.enter_async_context(
            wired(self.settings, clock=self._clock, company=self._company, tuning=self.tuning)
        )
        tasks = [asyncio.create_task(work) for work in (self.app.delivery.run(), *self.works())]

        async def stop() -> None:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self._running.push_async_callback(stop)
        await self.listens(self._running)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def works(self) -> Sequence[Coroutine[Any, Any, object]]:
        """Return what runs besides delivery."""
        raise NotImplementedError

    async def listens(self, running: AsyncExitStack) -> None:
        """Wait until the program receives events; what has to be stopped with it is pushed onto *running*."""
        raise NotImplementedError

    async def stop(self) -> None:
        """End the program."""
        await self._running.aclose()
        self._running = AsyncExitStack()

    async def restart(self) -> None:
        """End the program and start another one on the same database."""
        await self.stop()
        await self.__aenter__()

    async def code_for(self, person: str) -> str:
        """Make an invitation."""
        code = secrets.token_urlsafe(24)
        expires = self.app.services.clock.now() + timedelta(days=7)
        await self.app.storage.transact(lambda unit: unit.add_invitation(digest(code), PersonId(person), expires))
        return code

    async def case(self, number: str) -> Case:
        """Return a case."""
        case = await self.app.queries.case_numbered(number)
        assert case is not None
        return case

    async def does_elsewhere(self, person: str, intent: Intent) -> Reply:
        """Have somebody do something in the web chat."""
        incoming = Incoming(
            update_id=f"web:{next(self._elsewhere)}",
            person=PersonId(person),
            language=Language.RU,
            chat=ChatAddress(f"web:@{person}"),
            dialect=Dialect.HTML,
            intent=intent,
        )
        reply = await self.app.services.conversation.handle(incoming)
        assert not reply.is_refusal, reply
        return reply

    async def opens_case(self, client: str = ROMASHKA) -> None:
        """Have Anna begin work with a client in the web chat; each client has a taxpayer number of its own."""
        inn = self._inns.setdefault(client, inn_number(len(self._inns)))
        values = {FieldName(name): value for name, value in {**CLIENT, "client": client, "inn": inn}.items()}
        sent = FormSent(form="new:client_onboarding", outcome=OutcomeId("work_begun"), values=values)
        await self.does_elsewhere("anna", sent)
