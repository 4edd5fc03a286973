"""The messages of the built-in chat: it is its own platform, so it stores them itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from workflows.domain.ids import PersonId
from workflows.ports.chat import ChatAddress, ChatPort, Renditions, Showing, Subject
from workflows.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMessage:
    """A message of a channel or a private chat; `author` is None for a message of the assistant.

    `edit` counts its changes, so that a reader can tell which state is newer.
    """

    id: int
    chat: ChatAddress
    author: PersonId | None
    renditions: Renditions
    subject: Subject
    posted_at: datetime
    edit: int


class OwnMessages(Protocol):
    """The stored messages of the built-in chat. Raises StorageUnavailable when the database cannot be reached."""

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
        """Add a message and return it; a known *key* edits the message that has it instead."""
        ...

    async def edit(self, message_id: int, renditions: Renditions, *, subject: Subject) -> OwnMessage | None:
        """Change a message and return it; None when there is none with that id."""
        ...

    def keep(self, unit: UnitOfWork, showings: Sequence[Showing], now: datetime) -> Sequence[OwnMessage]:
        """Post or change messages as part of a transaction; returns them in order, as they are after its commit.

        A showing that replaces an unknown message is posted as a new one; a known *key* edits the message that has it.
        """
        ...

    async def latest(self, chat: ChatAddress, limit: int, before: int | None = None) -> Sequence[OwnMessage]:
        """Return the last messages of a chat (those with ids below *before*), oldest first."""
        ...

    async def last_ids(self, chats: Sequence[ChatAddress]) -> dict[ChatAddress, int]:
        """Return the id of the last message of each chat that has any."""
        ...


class OwnChat(ChatPort, Protocol):
    """A chat whose messages are rows of our own database, written in the transaction that records their delivery."""

    def keep(self, unit: UnitOfWork, showings: Sequence[Showing], now: datetime) -> Sequence[OwnMessage]:
        """Post or change messages as part of a transaction; see `OwnMessages.keep`."""
        ...

    def publish(self, messages: Sequence[OwnMessage]) -> None:
        """Show committed messages to the people who have the chat open."""
        ...
