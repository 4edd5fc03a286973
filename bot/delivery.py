"""The outbox loop: work wakes it; each chat gets its rows in order, chats do not wait for each other."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

import structlog

from workflows.domain.decision import Decision
from workflows.domain.ids import TaskId
from workflows.ports.chat import ChatAddress, ChatError, ChatGone, ChatMoved, RateLimited, Rejected
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import RETRY_DELAYS, OutboxKind, OutboxRow, Storage, StorageUnavailable
from workflows.usecases.chats import Chats
from workflows.usecases.deliver import Deliverer

SAFETY_NET = timedelta(seconds=5)
"""How long the loop sleeps at most: another process may have committed without waking this one."""
BETWEEN_LOOKS = 0.01
"""Seconds from one look into the outbox to the next, at least; the first after a silence comes at once."""
AT_ONCE = 500
MAX_ATTEMPTS = 24
"""After about eight hours of trying a row is set aside for a person to see."""
CLOSED_CHAT = timedelta(minutes=5)
"""How often a chat that is closed to us is tried again."""

log = structlog.get_logger(__name__)


class Delivery:
    """Runs until cancelled; `wake` may be called from the event loop at any time."""

    def __init__(self, deliverer: Deliverer, storage: Storage, queries: Queries, clock: Clock, chats: Chats) -> None:
        self._deliverer = deliverer
        self._chats = chats
        self._storage = storage
        self._queries = queries
        self._clock = clock
        self._work = asyncio.Event()
        self._busy: dict[ChatAddress, asyncio.Task[None]] = {}
        # The loop and whoever delivers by hand must not both begin with what they found.
        self._looking = asyncio.Lock()
        self._looked_around_at = 0.0

    def committed(self, _decision: Decision | None) -> None:
        """Look for what a commit has left to deliver."""
        self.wake()

    def wake(self) -> None:
        """Tell the loop that there is something to deliver."""
        self._work.set()

    async def run(self) -> None:
        """Deliver what waits and what comes."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                self._work.clear()
                looked_at = loop.time()
                pause = await self._start_what_is_due()
                await self._look_around()
                try:
                    async with asyncio.timeout(pause.total_seconds()):
                        await self._work.wait()
                except TimeoutError:
                    continue
                # What is committed in a flurry is looked for once, not after every commit.
                await asyncio.sleep(looked_at + BETWEEN_LOOKS - loop.time())
        finally:
            for worker in self._busy.values():
                worker.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _look_around(self) -> None:
        """Learn now and then which accounts and chats another process has tied to people and departments."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_around_at < SAFETY_NET.total_seconds():
            return
        self._looked_around_at = now
        try:
            await self._chats.refresh()
        except StorageUnavailable as problem:
            log.warning("The bound chats cannot be read.", action="chats_unreadable", reason=str(problem))

    async def deliver_due(self) -> None:
        """Deliver what is due now and return when nothing of it is left; for whoever moves time by hand."""
        await self._start_what_is_due()
        while self._busy:
            await asyncio.gather(*self._busy.values())
            await self._start_what_is_due()

    async def _start_what_is_due(self) -> timedelta:
        """Start a worker for each idle chat that has rows due; answer how long to sleep at most."""
        try:
            async with self._looking:
                rows = await self._queries.outbox(self._clock.now(), AT_ONCE, tuple(self._busy))
                for chat, of_chat in groupby(sorted(rows, key=_by_chat), key=lambda row: row.announcement.chat):
                    self._busy[chat] = asyncio.create_task(self._drain(chat, tuple(of_chat)), name=f"delivery {chat}")
            due = None if rows else await self._queries.next_outbox_due(self._clock.now())
        except StorageUnavailable as problem:
            log.warning("The outbox cannot be read.", action="outbox_unreadable", reason=str(problem))
            return timedelta(seconds=1)
        if due is None:
            return SAFETY_NET
        return min(SAFETY_NET, max(due - self._clock.now(), timedelta(milliseconds=10)))

    async def _drain(self, chat: ChatAddress, rows: Sequence[OutboxRow]) -> None:
        """Deliver rows of one chat in order; what was said is recorded while the next is being prepared."""
        try:
            async with asyncio.TaskGroup() as records:
                for row, overtaken, is_last in _in_turn(rows):
                    if not await self._deliver(row, overtaken, records, is_last=is_last):
                        break
        except* StorageUnavailable as problems:
            reason = str(problems.exceptions[0])
            log.warning("A delivery could not be recorded.", action="delivery_unrecorded", reason=reason)
            await asyncio.sleep(1)
        finally:
            del self._busy[chat]
            self._work.set()

    async def _deliver(
        self, row: OutboxRow, overtaken: Sequence[OutboxRow], records: asyncio.TaskGroup, *, is_last: bool
    ) -> bool:
        """Deliver one row; False when the chat has to wait before its next row."""
        chat = row.announcement.chat
        ids = {"outbox_id": row.id, "case_id": row.announcement.case_id, "task_id": row.announcement.task_id}
        try:
            delivered = await self._deliverer.deliver(row, is_last=is_last)
            records.create_task(self._deliverer.record(delivered, overtaken))
            if self._chats.directory.is_closed(chat):
                await self._chats.opened(chat)
        except RateLimited as slow:
            await self._postpone(row, slow.retry_after, slow.code, has_failed=False)
            return False
        except ChatGone as gone:
            log.warning("A chat is closed to us; its messages wait.", action="chat_gone", code=gone.code, **ids)
            await self._postpone(row, CLOSED_CHAT, gone.code, has_failed=False)
            if not self._chats.directory.is_closed(chat):
                await self._chats.closed(chat, gone.code)
            return False
        except ChatMoved as moved:
            log.info("A chat has a new address.", action="chat_moved", code=moved.code, **ids)
            await self._chats.moved(chat, moved.to)
            return False
        except Rejected as rejected:
            log.error("A message was rejected for good.", action="delivery_rejected", code=rejected.code, **ids)
            await self._give_up(row, rejected.code)
        except ChatError as problem:
            if row.attempts + 1 >= MAX_ATTEMPTS:
                log.error("A message was given up.", action="delivery_given_up", code=problem.code, **ids)
                await self._give_up(row, problem.code)
                return True
            await self._postpone(
                row, RETRY_DELAYS[min(row.attempts, len(RETRY_DELAYS) - 1)], problem.code, has_failed=True
            )
            return False
        except StorageUnavailable:
            raise
        except Exception:
            # The outermost guard of the loop: one row that cannot be rendered must not hold back the others.
            log.exception("A message could not be prepared.", action="delivery_failed", **ids)
            await self._give_up(row, "internal_error")
        return True

    async def _postpone(self, row: OutboxRow, delay: timedelta, code: str, *, has_failed: bool) -> None:
        due_at = self._clock.now() + delay
        await self._storage.transact(lambda unit: unit.postpone(row.id, due_at, code, has_failed=has_failed))

    async def _give_up(self, row: OutboxRow, code: str) -> None:
        await self._storage.transact(lambda unit: unit.give_up(row.id, code))


def _in_turn(rows: Sequence[OutboxRow]) -> list[tuple[OutboxRow, Sequence[OutboxRow], bool]]:
    """Return the rows of a chat to be delivered, each with those it overtakes and whether its case has no later one."""
    turns = list(_with_overtaken(rows))
    last = {row.announcement.case_id: row.id for row, _ in turns}
    return [(row, overtaken, last[row.announcement.case_id] == row.id) for row, overtaken in turns]


def _with_overtaken(rows: Sequence[OutboxRow]) -> Iterator[tuple[OutboxRow, Sequence[OutboxRow]]]:
    """Pair each row of a chat with the later ones for the same card: the first shows the state that they ask for too.

    All of them were committed before any is delivered, and a card is always shown as it is at that moment.
    """
    later: dict[TaskId, list[OutboxRow]] = {}
    for row in reversed(rows):
        task = row.announcement.task_id
        if row.announcement.kind is OutboxKind.CARD and task is not None:
            later.setdefault(task, []).append(row)
    for row in rows:
        task = row.announcement.task_id
        if row.announcement.kind is not OutboxKind.CARD or task is None:
            yield row, ()
        elif of_card := later.pop(task, None):
            yield row, of_card[:-1]


def _by_chat(row: OutboxRow) -> tuple[ChatAddress, int]:
    return row.announcement.chat, row.id
