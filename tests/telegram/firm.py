"""InPlat on the local Telegram: the whole program, people with accounts, groups bound to departments."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from pydantic import SecretStr

from bot.adapter import keep_running
from bot.host.settings import Settings
from bot.telegram.run import Telegram
from bot.tuning import Tuning
from bot.web.app import create_app
from tests.companies import INPLAT
from tests.fakes.tuning import AT_ONCE
from tests.firm import PATIENCE, RunningFirm
from tests.telegram.server import Chat, Message, Person, TelegramServer
from tests.telegram.server.platform import Answer
from workflows.ports.clock import Clock

T = TypeVar("T")


class Firm(RunningFirm):
    """The program against a Telegram server; entered, it polls, delivers and is ready for presses."""

    def __init__(
        self,
        database_url: str,
        server: TelegramServer,
        *,
        clock: Clock | None = None,
        tuning: Tuning = AT_ONCE,
        webhook: bool = False,
        company: Path | None = None,
    ) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0)) if webhook else None
        port = 0 if self._listening is None else self._listening.getsockname()[1]
        self.server = server
        self.people: dict[str, Person] = {}
        settings = Settings(
            _env_file=None,
            database_url=database_url,
            company=company or INPLAT,
            secret_key=SecretStr("nothing is secret here"),
            telegram_bot_token=SecretStr(server.token),
            telegram_api_url=server.url,
            public_url=f"http://127.0.0.1:{port}" if webhook else None,
            telegram_webhook_secret=SecretStr("s3cret") if webhook else None,
        )
        super().__init__(settings, clock=clock, tuning=tuning)

    def works(self) -> Sequence[Coroutine[Any, Any, object]]:
        """Return the work of the adapter."""
        (adapter,) = self.app.adapters
        assert isinstance(adapter, Telegram)
        self.telegram = adapter
        return [keep_running(adapter.run, adapter.chat.platform, self.tuning.restart_pauses)]

    async def listens(self, running: AsyncExitStack) -> None:
        """Wait until Telegram is connected, with a webhook behind a server of our own."""
        if self._listening is not None:
            await self._serve(self._listening, running)
        await self.is_ready()

    async def is_ready(self) -> None:
        """Wait until Telegram is connected."""
        await asyncio.wait_for(self.telegram.is_listening.wait(), PATIENCE)

    async def _serve(self, listening: socket.socket, running: AsyncExitStack) -> None:
        web = create_app(self.app.services)
        web.include_router(self.telegram.routes())
        server = uvicorn.Server(uvicorn.Config(web, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
        task = asyncio.create_task(server.serve(sockets=[listening]))

        async def stop() -> None:
            server.should_exit = True
            await task

        running.push_async_callback(stop)

    async def joins(self, *people: str) -> list[Person]:
        """Add people of the company to Telegram and let them follow their invitations."""
        for name in people:
            person = self.server.user(name.capitalize(), "ru")
            await person.start(self.server.bot, await self.code_for(name))
            await self.until(_greeted(person))
            self.people[name] = person
        return [self.people[name] for name in people]

    async def group_of(self, department: str, *people: str, by: str = "timur", forum: bool = False) -> Chat:
        """Make a group with these people and have the administrator bind it to a department."""
        if by not in self.people:
            await self.joins(by)
        members = [self.people[name] for name in people]
        group = self.server.supergroup(department, self.people[by], *members, forum=forum)
        await self.people[by].send(group, f"/bind {department}")
        await self.until(lambda: group.find("/unbind"))
        return group

    async def until(self, predicate: Callable[[], T | None], within: float = PATIENCE) -> T:
        """Wait until a condition holds."""
        return await self.server.wait_for(predicate, within)

    async def button(self, chat: Chat, label: str, words: str = "") -> Message:
        """Wait for the newest message with this button and this text."""

        def found() -> Message | None:
            fitting = (m for m in reversed(chat.messages) if label in m.buttons and words in m.text)
            return next(fitting, None)

        return await self.until(found)

    async def press(self, person: str, chat: Chat, label: str, words: str = "") -> Answer:
        """Press the newest button of that label (on a message with those words) and wait for the spinner to stop."""
        return await self.people[person].press(await self.button(chat, label, words), label)

    async def presses(self, person: str, label: str, words: str = "") -> Answer:
        """Press a button in the private chat."""
        return await self.press(person, self.people[person].private, label, words)

    async def asked(self, person: str, words: str) -> Message:
        """Wait until the private chat's newest screen asks for something."""
        chat = self.people[person].private
        return await self.until(lambda: next((m for m in reversed(chat.messages) if words in m.text), None))

    async def says(self, person: str, words: str, *, asked: str = "") -> None:
        """Type something in the private chat, once the question is shown."""
        await self.asked(person, asked)
        await self.people[person].send(self.people[person].private, words)


class Beside(Firm):
    """The Telegram side of a program that a firm on another platform has started."""

    def __init__(self, firm: RunningFirm, server: TelegramServer) -> None:
        super().__init__("sqlite+aiosqlite:////nowhere/handover.db", server)
        self.app = firm.app
        self.telegram = next(adapter for adapter in firm.app.adapters if isinstance(adapter, Telegram))


def _greeted(person: Person) -> Callable[[], Message | None]:
    return lambda: person.private.find("/queue")
