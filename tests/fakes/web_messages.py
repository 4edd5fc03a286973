"""The messages of the web chat in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from workflows.domain.ids import PersonId
from workflows.ports.chat import ChatAddress, Renditions, Showing, Subject
from workflows.ports.own_messages import OwnMessage
from workflows.ports.unit_of_work import StorageUnavailable, UnitOfWork


class KeptMessages:
    """Implements `OwnMessages` with a list; `is_reachable` is set to False to simulate a broken database."""

    def __init__(self) -> None:
        self.messages: list[OwnMessage] = []
        self.keys: dict[str, int] = {}
        self.is_reachable = True

    def _reach(self) -> None:
        if not self.is_reachable:
            raise StorageUnavailable

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
        """Add a message, or edit the message that has the key."""
        self._reach()
        showing = Showing(chat=chat, renditions=renditions, key=key, subject=subject)
        return self._posted(showing, author, now)

    def _posted(self, showing: Showing, author: PersonId | None, now: datetime) -> OwnMessage:
        if showing.key in self.keys:
            known = self.messages[self.keys[showing.key] - 1]
            return known if known.renditions == showing.renditions else self._edited(known, showing.renditions)
        message = OwnMessage(
            id=len(self.messages) + 1,
            chat=showing.chat,
            author=author,
            renditions=showing.renditions,
            subject=Subject(case_id=showing.subject.case_id, task_id=showing.subject.task_id),
            posted_at=now,
            edit=0,
        )
        self.messages.append(message)
        self.keys[showing.key] = message.id
        return message

    async def edit(self, message_id: int, renditions: Renditions, *, subject: Subject) -> OwnMessage | None:
        """Change a message."""
        self._reach()
        if not 0 < message_id <= len(self.messages):
            return None
        return self._edited(self.messages[message_id - 1], renditions)

    def keep(self, _unit: UnitOfWork, showings: Sequence[Showing], now: datetime) -> Sequence[OwnMessage]:
        """Post or change messages at once."""
        self._reach()
        return [self._kept(showing, now) for showing in showings]

    def _kept(self, showing: Showing, now: datetime) -> OwnMessage:
        if showing.replaces is not None and showing.replaces.isdecimal():
            known = next((m for m in self.messages if m.id == int(showing.replaces)), None)
            if known is not None:
                return known if known.renditions == showing.renditions else self._edited(known, showing.renditions)
        return self._posted(showing, None, now)

    def _edited(self, before: OwnMessage, renditions: Renditions) -> OwnMessage:
        after = replace(before, renditions=renditions, edit=before.edit + 1)
        self.messages[before.id - 1] = after
        return after

    async def latest(self, chat: ChatAddress, limit: int, before: int | None = None) -> Sequence[OwnMessage]:
        """Return the last messages of a chat."""
        self._reach()
        found = [m for m in self.messages if m.chat == chat and (before is None or m.id < before)]
        return found[-limit:]

    async def last_ids(self, chats: Sequence[ChatAddress]) -> dict[ChatAddress, int]:
        """Return the ids of the last messages."""
        self._reach()
        return {m.chat: m.id for m in self.messages if m.chat in chats}
