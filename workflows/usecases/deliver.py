"""Making chats show what the database holds: a platform's chat row by row, a chat of our own many rows at once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from workflows.domain.ids import case_of
from workflows.ports.chat import (
    ChatAddress,
    ChatPort,
    ClosesTopics,
    MessageGone,
    MessageId,
    Showing,
    Unreachable,
    platform_of,
)
from workflows.ports.clock import Clock
from workflows.ports.own_messages import OwnChat, OwnMessage
from workflows.ports.platforms import CaseMessage
from workflows.ports.queries import Queries
from workflows.ports.rendering import Rendering
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow, ShownCard, Storage, UnitOfWork
from workflows.usecases.running_processes import Definitions
from workflows.usecases.sayings import Saying, Sayings, read_facts

NEVER_SHOWN = 0
"""Before the first revision of any task."""
RENDERED_AT_A_STRETCH = 8
"""Messages; each takes about half a millisecond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """A row that is next in its chat, with the later rows whose state it will show too."""

    row: OutboxRow
    overtaken: Sequence[OutboxRow] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A due row and what its chat has to show, if anything."""

    due: DueRow
    saying: Saying | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A due row that could not be prepared."""

    due: DueRow
    problem: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What was shown for an outbox row and has to be recorded: the card as it is shown, the message of the case."""

    row_id: int
    card: ShownCard | None = None
    message: CaseMessage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """Delivers outbox rows through the connected chats, by platform name; `own` are those whose messages we keep."""

    storage: Storage
    queries: Queries
    definitions: Definitions
    rendering: Rendering
    chats: Mapping[str, ChatPort]
    clock: Clock
    own: Mapping[str, OwnChat] = field(default_factory=dict)

    async def deliver(self, row: OutboxRow) -> Delivered:
        """Show what a row asks for; raises a ChatError when the platform fails or refuses.

        A card is shown in its current state; when the chat shows that already, nothing is posted.
        """
        sayings = await self._sayings([row])
        saying = sayings.of(row)
        if row.announcement.kind is OutboxKind.CASE_OVER:
            await self._close_topic(row.announcement, sayings)
        if saying is None:
            return Delivered(row_id=row.id)
        shown = await self._show(saying.showing)
        return _delivered(row, saying, shown, shows_threads=self._port(saying.showing.chat).shows_threads)

    async def record(self, delivered: Delivered, overtaken: Sequence[OutboxRow] = ()) -> None:
        """Remove a delivered row from the outbox, with the later rows for a state that it has already shown.

        A card that another process was showing at the same time is shown once more: it is unknown which of the two
        states came last.
        """
        card, now = delivered.card, self.clock.now()

        def work(unit: UnitOfWork) -> None:
            if card is not None and not unit.still_in_outbox([delivered.row_id]):
                unit.delivered(delivered.row_id, replace(card, revision=NEVER_SHOWN))
                unit.announce([_card_of(card)], now)
            else:
                unit.delivered(delivered.row_id, card)
            for row in overtaken:
                unit.delivered(row.id, None)
            if delivered.message is not None:
                unit.remember_message(delivered.message)

        await self.storage.transact(work)

    async def prepare(self, due_rows: Sequence[DueRow]) -> Sequence[Prepared | Failed]:
        """Read the facts of all rows together and render them one after the other; one that fails becomes a Failed."""
        sayings = await self._sayings([due.row for due in due_rows])
        prepared: list[Prepared | Failed] = []
        for due in due_rows:
            prepared.append(_prepare(due, sayings))
            if len(prepared) % RENDERED_AT_A_STRETCH == 0:
                # Presses that arrive during a long batch do not wait for it.
                await asyncio.sleep(0)
        return prepared

    async def show_own(self, platform: str, prepared: Sequence[Prepared]) -> None:
        """Show what was prepared in chats of our own and record it, in one transaction.

        A row that another process has shown meanwhile is skipped.
        """
        chat, now = self.own[platform], self.clock.now()

        def work(unit: UnitOfWork) -> Sequence[OwnMessage]:
            waiting = unit.still_in_outbox([each.due.row.id for each in prepared])
            present = [each for each in prepared if each.due.row.id in waiting]
            kept = chat.keep(unit, [each.saying.showing for each in present if each.saying is not None], now)
            shown = iter(kept)
            for each in present:
                card = None
                if each.saying is not None:
                    card = _card(each.due.row, each.saying, MessageId(str(next(shown).id)))
                unit.delivered(each.due.row.id, card)
                for row in each.due.overtaken:
                    unit.delivered(row.id, None)
            return kept

        chat.publish(await self.storage.transact(work))

    async def _sayings(self, rows: Sequence[OutboxRow]) -> Sayings:
        return Sayings(
            facts=await read_facts(self.queries, rows),
            definitions=self.definitions,
            rendering=self.rendering,
            chats=self.chats,
        )

    async def _show(self, showing: Showing) -> MessageId:
        port = self._port(showing.chat)
        if showing.replaces is not None:
            try:
                await port.edit(showing.chat, showing.replaces, showing.renditions, subject=showing.subject)
            except MessageGone:
                pass
            else:
                return showing.replaces
        return await port.post(showing.chat, showing.renditions, key=showing.key, subject=showing.subject)

    async def _close_topic(self, announcement: Announcement, sayings: Sayings) -> None:
        port = self._port(announcement.chat)
        if isinstance(port, ClosesTopics):
            await port.close_topic(announcement.chat, subject=sayings.subject(announcement))

    def _port(self, chat: ChatAddress) -> ChatPort:
        try:
            return self.chats[platform_of(chat)]
        except KeyError:
            raise Unreachable("platform_not_connected") from None


def _prepare(due: DueRow, sayings: Sayings) -> Prepared | Failed:
    try:
        return Prepared(due=due, saying=sayings.of(due.row))
    except Exception as problem:
        # A message that cannot be rendered must not hold back the others; the caller handles the failure.
        return Failed(due=due, problem=problem)


def _delivered(row: OutboxRow, saying: Saying, message: MessageId, *, shows_threads: bool) -> Delivered:
    said, about = row.announcement, None
    if said.case_id is not None and not shows_threads:
        about = CaseMessage(chat=said.chat, message_id=message, case_id=said.case_id)
    return Delivered(row_id=row.id, card=_card(row, saying, message), message=about)


def _card(row: OutboxRow, saying: Saying, message: MessageId) -> ShownCard | None:
    said = row.announcement
    if saying.revision is None or said.task_id is None:
        return None
    return ShownCard(task_id=said.task_id, chat=said.chat, message_id=message, revision=saying.revision)


def _card_of(card: ShownCard) -> Announcement:
    return Announcement(chat=card.chat, kind=OutboxKind.CARD, case_id=case_of(card.task_id), task_id=card.task_id)
