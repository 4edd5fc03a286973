"""The outbox loop: a commit wakes it; each chat gets its rows in order, and chats do not wait for each other."""

import asyncio
from collections.abc import Hashable, Iterator, Sequence
from datetime import timedelta
from itertools import groupby

import structlog

from workflows.domain.decision import Decision
from workflows.domain.notices import LISTED
from workflows.ports.chat import (
    ChatAddress,
    ChatError,
    ChatGone,
    ChatMoved,
    Deferred,
    RateLimited,
    Rejected,
    platform_of,
)
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import OutboxKind, OutboxRow, StorageUnavailable
from workflows.usecases.chats import Chats
from workflows.usecases.delivery.deliver import Deliverer, DueRow, Failed, Prepared
from workflows.usecases.delivery.outbox import Outbox

SAFETY_NET = timedelta(seconds=5)
"""How long the loop sleeps at most: another process may have committed without waking this one."""
BETWEEN_LOOKS = 0.01
"""The least number of seconds between two reads of the outbox; the first read after a silence comes at once."""
LONGEST_REST = 0.1
"""Under load delivery sleeps as long as it has worked, at most so many seconds: presses come first."""
DEFERRED = 1.0
"""Seconds until a chat is asked again for updates that it has deferred; by then they may show something newer."""
AT_ONCE = 500
CLOSED_CHAT = timedelta(minutes=5)
"""How often a chat that takes no messages is tried again."""

log = structlog.get_logger(__name__)


class Delivery:
    """Runs until cancelled; `wake` may be called from the event loop at any time."""

    def __init__(self, deliverer: Deliverer, outbox: Outbox, queries: Queries, clock: Clock, chats: Chats) -> None:
        self._deliverer = deliverer
        self._chats = chats
        self._outbox = outbox
        self._queries = queries
        self._clock = clock
        self._work = asyncio.Event()
        self._busy: dict[ChatAddress, asyncio.Task[None]] = {}
        self._busy_platforms: dict[str, asyncio.Task[None]] = {}
        # The loop and `deliver_due` must not both start workers for the same rows.
        self._looking = asyncio.Lock()
        # What was rendered in vain is not rendered again before its chat takes new messages.
        self._deferred: dict[ChatAddress, frozenset[int]] = {}
        self._refreshed_at = 0.0
        self._rests_until = 0.0

    def on_commit(self, _decision: Decision | None) -> None:
        """Wake the loop after a commit."""
        self.wake()

    def wake(self) -> None:
        """Have the loop read the outbox."""
        self._work.set()

    async def run(self) -> None:
        """Deliver the rows of the outbox as they become due, until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                self._work.clear()
                looked_at = loop.time()
                pause = await self._start_what_is_due()
                await self._refresh_chats()
                try:
                    async with asyncio.timeout(pause.total_seconds()):
                        await self._work.wait()
                except TimeoutError:
                    continue
                # A burst of commits is read once, not after every commit.
                await asyncio.sleep(max(looked_at + BETWEEN_LOOKS, self._rests_until) - loop.time())
        finally:
            workers = self._workers()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _refresh_chats(self) -> None:
        """Read now and then which accounts and chats another process has linked to people and departments."""
        now = asyncio.get_running_loop().time()
        if now - self._refreshed_at < SAFETY_NET.total_seconds():
            return
        self._refreshed_at = now
        try:
            await self._chats.refresh()
        except StorageUnavailable as problem:
            log.warning("The bound chats cannot be read.", action="chats_unreadable", reason=str(problem))

    async def deliver_due(self) -> None:
        """Deliver what is due now and return when none of it is left; for tests, which move time by hand."""
        await self._start_what_is_due()
        while workers := self._workers():
            await asyncio.gather(*workers)
            await self._start_what_is_due()

    def _workers(self) -> list[asyncio.Task[None]]:
        return [*self._busy.values(), *self._busy_platforms.values()]

    async def _start_what_is_due(self) -> timedelta:
        """Start workers for the due rows of chats that have none; return how long to sleep at most.

        The chats of an own platform share one worker, every other chat has its own.
        """
        if self._busy_platforms.keys() >= self._deliverer.chats.keys():
            # Every platform has a worker already, and its end wakes the loop.
            return SAFETY_NET
        try:
            async with self._looking:
                busy = tuple(self._busy), tuple(self._busy_platforms)
                rows = await self._queries.outbox(self._clock.now(), AT_ONCE, *busy)
                self._start_workers(rows)
            is_woken_soon = bool(rows or self._busy_platforms)
            due = None if is_woken_soon else await self._queries.next_outbox_due(self._clock.now())
        except StorageUnavailable as problem:
            log.warning("The outbox cannot be read.", action="outbox_unreadable", reason=str(problem))
            return timedelta(seconds=1)
        if due is None:
            return SAFETY_NET
        return min(SAFETY_NET, max(due - self._clock.now(), timedelta(milliseconds=10)))

    def _start_workers(self, rows: Sequence[OutboxRow]) -> None:
        together: dict[str, list[DueRow]] = {}
        for chat, of_chat in groupby(sorted(rows, key=_by_chat), key=lambda row: row.announcement.chat):
            due_rows, platform = tuple(_due_rows(tuple(of_chat))), platform_of(chat)
            if platform in self._deliverer.own:
                together.setdefault(platform, []).extend(due_rows)
            else:
                self._busy[chat] = asyncio.create_task(self._drain(chat, due_rows), name=f"delivery {chat}")
        for platform, all_rows in together.items():
            worker = self._drain_own(platform, all_rows)
            self._busy_platforms[platform] = asyncio.create_task(worker, name=f"delivery {platform}")

    async def _drain(self, chat: ChatAddress, due_rows: Sequence[DueRow]) -> None:
        """Deliver the rows of one chat in order; each is recorded while the next is being delivered.

        A deferred row stays in the outbox, and the others go before it.
        """
        before, deferred = self._deferred.pop(chat, frozenset()), set[int]()
        try:
            async with asyncio.TaskGroup() as records:
                for due in due_rows:
                    if due.row.id in before and not self._deliverer.takes_new(chat):
                        deferred.add(due.row.id)
                        continue
                    try:
                        if not await self._deliver(due, records):
                            break
                    except Deferred:
                        deferred.add(due.row.id)
            if deferred:
                self._deferred[chat] = frozenset(deferred)
                await asyncio.sleep(DEFERRED)
        except* StorageUnavailable as problems:
            await self._pause_unrecorded(problems.exceptions[0])
        finally:
            del self._busy[chat]
            self._work.set()

    async def _deliver(self, due: DueRow, records: asyncio.TaskGroup) -> bool:
        """Deliver one row; False when the chat has to wait before its next row. Raises Deferred."""
        try:
            delivered = await self._deliverer.deliver(due)
            records.create_task(self._deliverer.record(delivered, due.overtaken))
            if self._chats.directory.is_closed(due.row.announcement.chat):
                await self._chats.reopen(due.row.announcement.chat)
        except (StorageUnavailable, Deferred):
            raise
        except Exception as problem:
            return await self._cope(due.row, problem)
        return True

    async def _drain_own(self, platform: str, due_rows: Sequence[DueRow]) -> None:
        """Deliver the rows of an own platform together, those of each chat in order."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            ready: list[Prepared] = []
            failed: list[Failed] = []
            held: set[ChatAddress] = set()
            for outcome in await self._deliverer.prepare(due_rows):
                chat = outcome.due.row.announcement.chat
                if chat in held:
                    continue
                if isinstance(outcome, Prepared):
                    ready.append(outcome)
                    continue
                failed.append(outcome)
                if isinstance(outcome.problem, ChatError):
                    held.add(chat)
            await self._show_own(platform, ready)
            for failure in failed:
                await self._cope(failure.due.row, failure.problem)
        except StorageUnavailable as problem:
            await self._pause_unrecorded(problem)
        finally:
            now = loop.time()
            self._rests_until = now + min(LONGEST_REST, now - began)
            del self._busy_platforms[platform]
            self._work.set()

    async def _show_own(self, platform: str, ready: Sequence[Prepared]) -> None:
        """Show what was prepared in one transaction; a row that the database refuses does not hold back the others."""
        if not ready:
            return
        try:
            await self._deliverer.show_own(platform, ready)
        except StorageUnavailable:
            raise
        except Exception as problem:
            if len(ready) == 1:
                await self._cope(ready[0].due.row, problem)
                return
            for prepared in ready:
                await self._show_own(platform, [prepared])

    async def _pause_unrecorded(self, problem: BaseException) -> None:
        """Log that a delivery could not be recorded, and give the database a second; the row is delivered again."""
        log.warning("A delivery could not be recorded.", action="delivery_unrecorded", reason=str(problem))
        await asyncio.sleep(1)

    async def _cope(self, row: OutboxRow, problem: Exception) -> bool:
        """Postpone a row that could not be delivered, or set it aside; False when its chat has to wait."""
        chat = row.announcement.chat
        ids = {"outbox_id": row.id, "case_id": row.announcement.case_id, "task_id": row.announcement.task_id}
        match problem:
            case RateLimited():
                await self._outbox.postpone(row, problem.retry_after, problem.code)
            case ChatGone():
                log.warning("A chat takes no messages; they wait.", action="chat_gone", code=problem.code, **ids)
                await self._outbox.postpone(row, CLOSED_CHAT, problem.code)
                await self._chats.drop_waiting(chat)
                if not self._chats.directory.is_closed(chat):
                    await self._chats.close(chat, problem.code)
            case ChatMoved():
                log.info("A chat has a new address.", action="chat_moved", code=problem.code, **ids)
                await self._chats.move(chat, problem.to)
            case Rejected():
                log.error("A message was rejected for good.", action="delivery_rejected", code=problem.code, **ids)
                await self._outbox.give_up(row, problem.code)
                return True
            case ChatError():
                if await self._outbox.fail(row, problem.code):
                    log.error("A message was given up.", action="delivery_given_up", code=problem.code, **ids)
                    return True
            case _:
                # The outermost guard of the loop: one row that cannot be shown must not hold back the others.
                log.error("A message could not be prepared.", action="delivery_failed", exc_info=problem, **ids)
                await self._outbox.give_up(row, "internal_error")
                return True
        return False


def _due_rows(rows: Sequence[OutboxRow]) -> Iterator[DueRow]:
    """Pair each row of a chat with the later rows for the same message: showing the first shows what they ask for too.

    All of them were committed before any is delivered, and a message is always shown in its present state.
    """
    later: dict[Hashable, list[OutboxRow]] = {}
    for row in reversed(rows):
        later.setdefault(_message_of(row), []).append(row)
    for row in rows:
        if of_message := later.pop(_message_of(row), None):
            yield DueRow(row=row, overtaken=of_message[-2::-1])


def _message_of(row: OutboxRow) -> Hashable:
    """Return what the rows of a chat for one message have in common; most rows have a message of their own."""
    said = row.announcement
    match said.kind:
        case OutboxKind.CARD if said.task_id is not None:
            return said.kind, said.task_id
        case OutboxKind.NOTICE if said.notice in LISTED:
            return said.kind, said.notice
        case OutboxKind.FOLLOW:
            return said.kind, tuple(map(str, said.values.values()))
    return row.id


def _by_chat(row: OutboxRow) -> tuple[ChatAddress, int]:
    return row.announcement.chat, row.id
