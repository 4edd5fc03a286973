"""What the built-in chat has shown: it is its own platform, so it keeps its messages itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from workflows.domain.ids import PersonId
from workflows.ports.chat import ChatAddress, ChatPort, Renditions, Showing, Subject
from workflows.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMessage:
    """A message of a channel or a private chat; `author` is None when the assistant says it.

    `edit` counts how often it was changed, so that a reader can tell which state is newer.
    """

    id: int
    chat: ChatAddress
    author: PersonId | None
    renditions: Renditions
    subject: Subject
    posted_at: datetime
    edit: int


class OwnMessages(Protocol):
    """The kept messages of the built-in chat. Raises StorageUnavailable when the database cannot be reached."""

    async def post(
        self,
        chat: ChatAddress,
        renditions: Renditions,
        *,
        key: str,
        subject: Subject,
        author: PersonId | None,
        now: datetime,
    ) -> OwnMessage:
        """Add a message; a *key* that is known makes the message of the first time show this instead."""
        ...

    async def edit(self, message_id: int, renditions: Renditions, *, subject: Subject) -> OwnMessage | None:
        """Change a message; None when there is none of that id."""
        ...

    def keep(self, unit: UnitOfWork, showings: Sequence[Showing], now: datetime) -> Sequence[OwnMessage]:
        """Post or change messages as part of a transaction; returns them in order, as they are from its commit on.

        A showing that replaces an unknown message is posted; a *key* that is known makes its message show this.
        """
        ...

    async def latest(self, chat: ChatAddress, limit: int, before: int | None = None) -> Sequence[OwnMessage]:
        """Return the last messages of a chat (before an id), oldest first."""
        ...

    async def last_ids(self, chats: Sequence[ChatAddress]) -> dict[ChatAddress, int]:
        """Return the id of the last message of each chat that has any."""
        ...


class OwnChat(ChatPort, Protocol):
    """A chat whose messages are rows of our own database: they are written where their delivery is recorded."""

    def keep(self, unit: UnitOfWork, showings: Sequence[Showing], now: datetime) -> Sequence[OwnMessage]:
        """Post or change messages as part of a transaction; see `OwnMessages.keep`."""
        ...

    def publish(self, messages: Sequence[OwnMessage]) -> None:
        """Show what was committed to those who look at it now."""
        ...
