"""What goes to the app: events (tried again when they are not acknowledged) and interactions (never)."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from .ids import Ids
from .values import JSON
from .workspace import APP_ID, TEAM_ID


class Kind(StrEnum):
    """The three kinds, by the names of the Socket Mode envelopes."""

    EVENT = "events_api"
    INTERACTION = "interactive"
    COMMAND = "slash_commands"


class NotAcknowledged(Exception):
    """The app did not accept a delivery; *reason* is Slack's code for it, *give_up* is set when it wants no retry."""

    def __init__(self, reason: str, *, give_up: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.give_up = reason, give_up


@dataclass(slots=True, eq=False, kw_only=True)
class Delivery:
    """One event or interaction, its attempts and the response; *elapsed* is the seconds until acknowledgement."""

    kind: Kind
    payload: JSON
    envelope_id: str
    failures: list[str] = field(default_factory=list)
    acknowledged: bool = False
    answer: Any = None
    elapsed: float | None = None


class Transport(Protocol):
    """One way to the app; *timeout_reason* is its code for an acknowledgement that did not come."""

    timeout_reason: str

    async def send(self, delivery: Delivery, *, attempt: int, reason: str, within: float) -> Any:
        """The body of the app's acknowledgement; raises NotAcknowledged."""


class Deliveries:
    """Sends over the transport that is attached now; without one, events are dropped as for an app never started."""

    def __init__(
        self, ids: Ids, *, changed: Callable[[], None], answer_within: float, retry_after: tuple[float, ...]
    ) -> None:
        self._ids, self._changed = ids, changed
        self.answer_within, self._retry_after = answer_within, retry_after
        self._tasks: set[asyncio.Task[None]] = set()
        self.transport: Transport | None = None
        self.subscribed: frozenset[str] | None = None
        self.made: list[Delivery] = []
        self.repeats = 0

    def emit(self, event: JSON, *, bot_id: str, seconds: int) -> None:
        """Start telling the app of *event* (a subscription of the app; None means all)."""
        if self.transport is None or (self.subscribed is not None and event["type"] not in self.subscribed):
            return
        delivery = self._new(Kind.EVENT, self._callback(event, bot_id, seconds))
        self._start(self._tell(delivery))

    def _callback(self, event: JSON, bot_id: str, seconds: int) -> JSON:
        authorization = {
            "enterprise_id": None,
            "team_id": TEAM_ID,
            "user_id": bot_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "verification-token",
            "team_id": TEAM_ID,
            "context_team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": self._ids.new("Ev"),
            "event_time": seconds,
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
        }

    async def deliver(self, kind: Kind, payload: JSON) -> Delivery:
        """Send an interaction once and wait for its acknowledgement, or for the end of its time."""
        delivery = self._new(kind, payload)
        await self._once(delivery, attempt=0, reason="")
        return delivery

    async def repeat(self, delivery: Delivery, *, attempt: int = 1) -> None:
        """Send the very same envelope again, as happens when an acknowledgement gets lost."""
        if self.transport is not None:
            await self._once(delivery, attempt=attempt, reason=self.transport.timeout_reason)

    def _new(self, kind: Kind, payload: JSON) -> Delivery:
        delivery = Delivery(kind=kind, payload=payload, envelope_id=self._ids.new("envelope-"))
        self.made.append(delivery)
        return delivery

    async def _tell(self, delivery: Delivery) -> None:
        reason = ""
        for attempt, wait in enumerate((None, *self._retry_after)):
            if wait is not None:
                await asyncio.sleep(wait)
            failure = await self._once(delivery, attempt=attempt, reason=reason)
            if failure is None or failure.give_up:
                return
            reason = failure.reason

    async def _once(self, delivery: Delivery, *, attempt: int, reason: str) -> NotAcknowledged | None:
        if self.transport is None:
            delivery.failures.append("connection_failed")
            return NotAcknowledged("connection_failed")
        loop = asyncio.get_running_loop()
        started = loop.time()
        if attempt == 0 and self.repeats > 0:
            self.repeats -= 1
            self._start(self.repeat(delivery))
        try:
            answer = await self.transport.send(delivery, attempt=attempt, reason=reason, within=self.answer_within)
        except NotAcknowledged as failure:
            delivery.failures.append(failure.reason)
            self._changed()
            return failure
        if not delivery.acknowledged:
            delivery.acknowledged, delivery.answer, delivery.elapsed = True, answer, loop.time() - started
            self._changed()
        return None

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until every event was acknowledged or given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Stop all tries."""
        self.transport = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
