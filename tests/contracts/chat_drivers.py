"""How the contract of the chat port is checked on each platform: post, read back what a person sees, press.

To add a platform: write one more driver and name what opens it in PLATFORMS of `test_chat_port.py`.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.web.chat_port import WebChat
from bot.web.hub import Hub
from storage.database import Database
from storage.web_messages import SqlWebMessages
from tests.fakes.clock import HandClock
from tests.play.screen import words_of
from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, ChatPort, MessageId
from workflows.ports.unit_of_work import StorageUnavailable, UnitOfWork

T = TypeVar("T")


Opener = Callable[[str], AbstractAsyncContextManager["ChatDriver"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message as people see it: words without markup, labels, and what each button would send."""

    id: MessageId
    text: str
    buttons: Mapping[str, str]


class ChatDriver(Protocol):
    """One platform with a chat in it."""

    port: ChatPort
    chat: ChatAddress
    knows_keys: bool
    """Whether the platform recognises a post that is repeated with its key."""
    longest: int
    """How many characters of words a message may show at most."""

    async def sees(self) -> list[Seen]:
        """Return what the chat shows to a reader of Russian, oldest first."""
        ...

    async def missing(self) -> MessageId:
        """Return the id of a message that is not there (any more)."""
        ...

    async def go_away(self) -> None:
        """Make what the platform depends on unreachable."""
        ...


class Cable(Database):
    """A database that can be cut off."""

    is_cut = False

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        if self.is_cut:
            raise StorageUnavailable("cut")
        return await super().transact(work)


class WebDriver:
    """The built-in web chat on a real database."""

    chat = ChatAddress("web:#sales")
    knows_keys = True
    longest = 40_000

    def __init__(self, database: "Cable") -> None:
        self._cable = database
        self._messages = SqlWebMessages(database)
        self.port: ChatPort = WebChat(
            messages=self._messages, hub=Hub(), clock=HandClock(), address="https://handover.example"
        )

    async def sees(self) -> list[Seen]:
        return [
            Seen(
                id=MessageId(str(message.id)),
                text=words_of((rendition := message.renditions[Language.RU]).text),
                buttons={b.label: b.action or "" for row in rendition.buttons for b in row if _is_for_anna(b.people)},
            )
            for message in await self._messages.latest(self.chat, 100)
        ]

    async def missing(self) -> MessageId:
        return MessageId("404")

    async def go_away(self) -> None:
        self._cable.is_cut = True


def _is_for_anna(people: frozenset[PersonId] | None) -> bool:
    return people is None or PersonId("anna") in people


@asynccontextmanager
async def open_web(database_url: str) -> AsyncIterator[ChatDriver]:
    """Open the web chat."""
    async with Cable(database_url) as database:
        yield WebDriver(database)
