"""Making chats show what the database holds: a platform's chat row by row, a chat of our own many rows at once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from workflows.domain.ids import case_of
from workflows.domain.notices import NoticeKind
from workflows.ports.chat import (
    ChatAddress,
    ChatPort,
    ClosesTopics,
    MessageGone,
    MessageId,
    PacesPosts,
    Showing,
    Unreachable,
    platform_of,
)
from workflows.ports.clock import Clock
from workflows.ports.lists import Lists
from workflows.ports.own_messages import OwnChat, OwnMessage
from workflows.ports.platforms import CaseMessage
from workflows.ports.queries import Queries
from workflows.ports.rendering import Rendering
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow, ShownCard, Storage, UnitOfWork
from workflows.usecases.delivery.facts import read_facts, read_lists, read_records
from workflows.usecases.delivery.followed_notices import NOT_POSTED, follow_up
from workflows.usecases.delivery.rendered_batch import RenderedBatch, Saying
from workflows.usecases.delivery.sayings import Sayings
from workflows.usecases.running_processes import Definitions

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
    """What was shown for an outbox row and has to be recorded; `about` tells replies to the message from others."""

    row: OutboxRow
    saying: Saying | None = None
    message: MessageId | None = None
    about: CaseMessage | None = None


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
    lists: Lists | None = None

    async def deliver(self, due: DueRow) -> Delivered:
        """Show what a row asks for; raises a ChatError when the platform fails or refuses.

        A card is shown in its current state; when the chat shows that already, nothing is posted.
        """
        row = due.row
        sayings = await self._sayings([row, *due.overtaken])
        saying = sayings.of(row, due.overtaken)
        if row.announcement.kind is OutboxKind.CASE_OVER:
            await self._close_topic(row.announcement, sayings)
        if saying is None or saying.showing is None:
            return Delivered(row=row, saying=saying)
        try:
            shown = await self._show(saying.showing, only_in_place=row.announcement.kind is OutboxKind.FOLLOW)
        except MessageGone:
            # What nobody can see any more states nothing.
            return Delivered(row=row, saying=Saying(gone=(*saying.states, *saying.gone)))
        shows_threads = self._port(saying.showing.chat).shows_threads
        return Delivered(
            row=row, saying=saying, message=shown, about=None if shows_threads else _about(saying.showing, shown)
        )

    def takes_new(self, chat: ChatAddress) -> bool:
        """Whether a chat takes new messages now, as far as its platform tells."""
        port = self._port(chat)
        return port.takes_new(chat) if isinstance(port, PacesPosts) else True

    async def record(self, delivered: Delivered, overtaken: Sequence[OutboxRow] = ()) -> None:
        """Remove a delivered row from the outbox, with the later rows for a state that it has already shown.

        A card that another process was showing at the same time is shown once more: it is unknown which of the two
        states came last.
        """
        row, now = delivered.row, self.clock.now()
        card = _card(row, delivered.saying, delivered.message)

        def work(unit: UnitOfWork) -> None:
            if card is not None and not unit.still_in_outbox([row.id]):
                unit.delivered(row.id, replace(card, revision=NEVER_SHOWN))
                unit.announce([_card_of(card)], now)
            else:
                unit.delivered(row.id, card)
            for later in overtaken:
                unit.delivered(later.id, None)
            _record_states(unit, delivered.saying, delivered.message, now)
            if delivered.about is not None:
                unit.remember_message(delivered.about)

        await self.storage.transact(work)

    async def prepare(self, due_rows: Sequence[DueRow]) -> Sequence[Prepared | Failed]:
        """Read the facts of all rows together and render them one after the other; one that fails becomes a Failed."""
        sayings = await self._sayings([row for due in due_rows for row in (due.row, *due.overtaken)])
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
            showings = [(each.saying and each.saying.showing) or None for each in present]
            kept = chat.keep(unit, [showing for showing in showings if showing is not None], now)
            ids = (MessageId(str(message.id)) for message in kept)
            for each, showing in zip(present, showings, strict=True):
                message = None if showing is None else next(ids)
                unit.delivered(each.due.row.id, _card(each.due.row, each.saying, message))
                for row in each.due.overtaken:
                    unit.delivered(row.id, None)
                _record_states(unit, each.saying, message, now)
            return kept

        chat.publish(await self.storage.transact(work))

    async def _sayings(self, rows: Sequence[OutboxRow]) -> Sayings:
        facts = await read_facts(self.queries, rows)
        batch = RenderedBatch(
            facts=facts,
            lists={} if self.lists is None else await read_lists(self.lists, rows, facts.notices),
            records=await read_records(self.queries, self.definitions, facts),
            definitions=self.definitions,
            rendering=self.rendering,
            chats=self.chats,
            now=self.clock.now(),
        )
        return Sayings(batch, own=self.own.keys())

    async def _show(self, showing: Showing, *, only_in_place: bool) -> MessageId:
        port = self._port(showing.chat)
        if showing.replaces is not None:
            try:
                await port.edit(showing.chat, showing.replaces, showing.renditions, subject=showing.subject)
            except MessageGone:
                if only_in_place:
                    raise
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
        return Prepared(due=due, saying=sayings.of(due.row, due.overtaken))
    except Exception as problem:
        # A message that cannot be rendered must not hold back the others; the caller handles the failure.
        return Failed(due=due, problem=problem)


def _about(showing: Showing, message: MessageId) -> CaseMessage | None:
    case_id = showing.subject.case_id
    return None if case_id is None else CaseMessage(chat=showing.chat, message_id=message, case_id=case_id)


def _card(row: OutboxRow, saying: Saying | None, message: MessageId | None) -> ShownCard | None:
    said = row.announcement
    if saying is None or message is None or saying.revision is None or said.task_id is None:
        return None
    return ShownCard(task_id=said.task_id, chat=said.chat, message_id=message, revision=saying.revision)


def _record_states(unit: UnitOfWork, saying: Saying | None, message: MessageId | None, now: datetime) -> None:
    """Record what a message states from now on, and ask for the messages that have to be changed.

    The message itself is looked at once more: its case may have changed while it was being shown.
    """
    if saying is None:
        return
    states = [] if message is None else [replace(state, message_id=message) for state in saying.states]
    moved = [state for state in saying.states if state.message_id not in (NOT_POSTED, message)]
    unit.keep_notices(states)
    unit.drop_notices([*saying.gone, *moved])
    # A change of a list's case asks for the list whatever it looks like.
    again = [follow_up(states[0])] if states and states[0].kind is not NoticeKind.LIST else []
    if again or saying.follow:
        unit.announce([*again, *saying.follow], now)


def _card_of(card: ShownCard) -> Announcement:
    return Announcement(chat=card.chat, kind=OutboxKind.CARD, case_id=case_of(card.task_id), task_id=card.task_id)
