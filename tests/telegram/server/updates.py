"""The queue of updates and those who take from it: one long poll at a time, or a webhook."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import ApiError, bad_request, conflict
from .facts import NOT_SENT_BY_DEFAULT, UPDATE_KINDS
from .watch import Watch

MAX_POLL_SECONDS = 50
FIRST_UPDATE_ID = 100_000_001


@dataclass(slots=True, kw_only=True)
class Update:
    """One update; `queue` names what must stay in order (a chat or a person)."""

    id: int
    kind: str
    payload: dict[str, Any]
    queue: int

    def json(self) -> dict[str, Any]:
        """The `Update` object."""
        return {"update_id": self.id, self.kind: self.payload}


class Updates:
    """Updates not yet confirmed by the bot, oldest first."""

    def __init__(self, watch: Watch) -> None:
        self.pending: list[Update] = []
        self.sent: list[Update] = []
        self.allowed: frozenset[str] = UPDATE_KINDS - NOT_SENT_BY_DEFAULT
        self._watch = watch
        self._next_id = FIRST_UPDATE_ID
        self._held: list[Update] | None = None
        self._poll: asyncio.Future[ApiError | None] | None = None

    def put(self, kind: str, payload: dict[str, Any], *, queue: int) -> Update | None:
        """Queue an update; None when the bot did not ask for this kind."""
        if kind not in self.allowed:
            return None
        update = Update(id=self._next_id, kind=kind, payload=payload, queue=queue)
        self._next_id += 1
        self.sent.append(update)
        (self.pending if self._held is None else self._held).append(update)
        self._wake()
        return update

    def redeliver(self, update: Update) -> None:
        """Queue an update again under its id, as after a lost confirmation."""
        if update not in self.pending:
            self.pending.insert(0, update)
            self._wake()

    def renumber(self, next_id: int) -> None:
        """Draw another id for the next update, as the platform does after a week without any."""
        self._next_id = next_id

    def hold(self) -> None:
        """Keep new updates back until `release`."""
        self._held = []

    def release(self, order: Callable[[Sequence[int]], Sequence[int]] | None = None) -> None:
        """Deliver what was held back; `order` rearranges the positions, so that older news arrive under newer ids."""
        held, self._held = self._held or [], None
        ids = [update.id for update in held]
        positions = order(range(len(held))) if order else range(len(held))
        for update_id, position in zip(ids, positions, strict=True):
            held[position].id = update_id
        self.pending += sorted(held, key=lambda update: update.id)
        self._wake()

    def allow(self, kinds: list[str] | None) -> None:
        """Store `allowed_updates`: an empty list is the default, None keeps the earlier value."""
        if kinds is None:
            return
        unknown = set(kinds) - UPDATE_KINDS
        if unknown:
            raise bad_request(f"unknown update kind {sorted(unknown)[0]!r} (the platform would ignore it silently)")
        self.allowed = frozenset(kinds) or UPDATE_KINDS - NOT_SENT_BY_DEFAULT

    def confirm(self, offset: int) -> None:
        """Forget what is older than `offset`; a negative one keeps only so many of the newest."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [update for update in self.pending if update.id >= offset]
        self._watch.changed()

    async def take(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Confirm, then wait up to `seconds` (real) for updates; raises ApiError 409 when another poll takes over."""
        self.interrupt(
            conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        )
        self.confirm(offset)
        if not self.pending and seconds > 0:
            poll: asyncio.Future[ApiError | None] = asyncio.get_running_loop().create_future()
            self._poll = poll
            self._watch.changed()
            try:
                async with asyncio.timeout(seconds):
                    refusal = await poll
            except TimeoutError:
                refusal = None
            finally:
                if self._poll is poll:
                    self._poll = None
            if refusal is not None:
                raise refusal
        return [update.json() for update in self.pending[:limit]]

    @property
    def is_polled(self) -> bool:
        """Whether a long poll waits now."""
        return self._poll is not None

    def interrupt(self, refusal: ApiError | None) -> None:
        """End the waiting long poll, with a refusal or empty."""
        poll, self._poll = self._poll, None
        if poll is not None and not poll.done():
            poll.set_result(refusal)

    def _wake(self) -> None:
        if self.pending:
            self.interrupt(None)
        self._watch.changed()
