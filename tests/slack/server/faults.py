"""What goes wrong on demand: per method, so many times, and a jittering network for every call."""

import asyncio
import random
from collections import deque
from dataclasses import dataclass, field

from .values import JSON


@dataclass(frozen=True, slots=True)
class ServerError:
    """The response is this HTTP status without JSON; nothing was done."""

    status: int = 503


@dataclass(frozen=True, slots=True)
class DropBefore:
    """The connection is cut before the call is handled."""


@dataclass(frozen=True, slots=True)
class DropAfter:
    """The call is handled, its response is lost."""


@dataclass(frozen=True, slots=True)
class Delay:
    """The call is handled *seconds* later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """The call waits until the test sets *released*."""

    released: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Refuse:
    """The call is refused with this error code and these further fields."""

    code: str
    fields: JSON = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RateLimited:
    """The response is 429 with this ``Retry-After``."""

    retry_after: float = 1


Fault = ServerError | DropBefore | DropAfter | Delay | Hold | Refuse | RateLimited


class Jitter:
    """A network that takes *low* to *high* seconds each way; the same *seed* gives the same network."""

    def __init__(self, low: float, high: float, *, seed: int = 1) -> None:
        self._low, self._high, self._random = low, high, random.Random(seed)

    async def one_way(self) -> None:
        """Wait for the time of one direction."""
        await asyncio.sleep(self._random.uniform(self._low, self._high))


class Faults:
    """The faults that wait for a call."""

    def __init__(self) -> None:
        self._once: dict[str, deque[Fault]] = {}
        self._always: dict[str, Fault] = {}

    def add(self, method: str, fault: Fault, *, times: int | None = 1) -> None:
        """Apply *fault* to the next *times* calls of *method*; None: every call until ``clear``."""
        if times is None:
            self._always[method] = fault
        else:
            self._once.setdefault(method, deque()).extend([fault] * times)

    def clear(self) -> None:
        """Remove all faults."""
        self._once.clear()
        self._always.clear()

    def take(self, method: str) -> Fault | None:
        """The fault for this call, None when it goes well."""
        waiting = self._once.get(method)
        return waiting.popleft() if waiting else self._always.get(method)
