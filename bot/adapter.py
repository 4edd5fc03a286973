"""A chat platform as the program wires it, starts it and keeps it running."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from fastapi import APIRouter

from bot.background.retrying import retry
from bot.conversation.conversation import Conversation
from workflows.domain.text import Language
from workflows.ports.chat import ChatPort
from workflows.ports.clock import Clock
from workflows.ports.notes import Notes
from workflows.ports.queries import Queries
from workflows.usecases.chats import Chats
from workflows.usecases.commits import Commits
from workflows.usecases.delivery.shown_lists import ShownLists
from workflows.usecases.keep_file import FileKeeper
from workflows.usecases.running_processes import Definitions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What every platform uses; `locale` is the language of people who have chosen none."""

    queries: Queries
    notes: Notes
    chats: Chats
    definitions: Definitions
    files: FileKeeper
    lists: ShownLists
    commits: Commits
    clock: Clock
    locale: Language
    zone: ZoneInfo


class Adapter(Protocol):
    """A platform that receives updates; complete as soon as it is created."""

    @property
    def chat(self) -> ChatPort:
        """Return the platform as delivery sees it."""
        ...

    def routes(self) -> APIRouter:
        """Return the routes that it adds to the web application."""
        ...

    async def run(self) -> None:
        """Receive updates until cancelled; retry while the platform is unavailable."""
        ...


class Platform(Protocol):
    """A platform whose token is set, before it receives updates: the conversation needs every platform's port first."""

    @property
    def chat(self) -> ChatPort:
        """Return the platform as delivery sees it."""
        ...

    def adapter(self, conversation: Conversation) -> Adapter:
        """Return the adapter that passes updates to *conversation*."""
        ...


async def keep_running(run: Callable[[], Awaitable[None]], platform: str, pauses: Sequence[float]) -> None:
    """Run an adapter until cancelled, again after a pause (seconds) whenever it breaks; other chats are unaffected."""

    def report(error: Exception, pause: float) -> None:
        log.error("An adapter has stopped.", action="adapter_stopped", platform=platform, pause=pause, exc_info=error)

    await retry(run, on=Exception, pauses=pauses, report=report)
