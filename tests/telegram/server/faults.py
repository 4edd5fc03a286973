"""Faults on demand: what the network and the platform do to a call besides returning a response."""

import asyncio
import math
import random
from dataclasses import dataclass, field
from enum import StrEnum

ANY = "*"


class Moment(StrEnum):
    """When during a call a fault takes effect."""

    REFUSE = "refuse"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HOLD = "hold"


@dataclass(slots=True)
class Gate:
    """Holds calls before they are handled until it is opened."""

    _open: asyncio.Event = field(default_factory=asyncio.Event)
    _reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def reached(self) -> None:
        """Wait until a call waits at the gate."""
        await self._reached.wait()

    def release(self) -> None:
        """Let the waiting calls, and later ones, go on."""
        self._open.set()

    async def pass_through(self) -> None:
        """Stand at the gate until it is open."""
        self._reached.set()
        await self._open.wait()


@dataclass(slots=True, kw_only=True)
class Fault:
    """One prepared fault of a method (or of any, `*`), for so many calls; `struck` counts them.

    With a `chat_id` it strikes calls about that chat only; it `lasts` so many (real) seconds from its first strike.
    """

    method: str
    moment: Moment
    times: int
    status: int = 502
    body: str = ""
    gate: Gate | None = None
    seconds: float = 0.0
    chat_id: int | None = None
    lasts: float | None = None
    struck: int = 0
    _ends_at: float = math.inf

    def fits(self, method: str, chat_id: str) -> bool:
        """Whether it still strikes calls of this method about this chat."""
        if self.struck >= self.times or asyncio.get_running_loop().time() >= self._ends_at:
            return False
        return self.method.lower() in (ANY, method.lower()) and self.chat_id in (None, _number(chat_id))

    def strike(self) -> None:
        """Count one call."""
        self.struck += 1
        if self.lasts is not None and self.struck == 1:
            self._ends_at = asyncio.get_running_loop().time() + self.lasts


@dataclass(slots=True)
class Network:
    """Prepared faults and a random delay (real seconds) on each way, drawn from a seeded source."""

    faults: list[Fault] = field(default_factory=list)
    _jitter: tuple[float, float] | None = None
    _random: random.Random = field(default_factory=random.Random)

    def jitter(self, shortest: float, longest: float, *, seed: int) -> None:
        """From now on a call takes between `shortest` and `longest` seconds on the network, both ways together."""
        self._jitter = (shortest, longest)
        self._random = random.Random(seed)

    def take(self, method: str, chat_id: str) -> Fault | None:
        """The next fault prepared for this method and chat, counted as struck."""
        fault = next((fault for fault in self.faults if fault.fits(method, chat_id)), None)
        if fault is not None:
            fault.strike()
        return fault

    async def travel(self) -> None:
        """Wait for the time of one direction on the network."""
        if self._jitter is not None:
            await asyncio.sleep(self._random.uniform(*self._jitter) / 2)


def _number(chat_id: str) -> int | None:
    return int(chat_id) if chat_id.removeprefix("-").isdecimal() else None
