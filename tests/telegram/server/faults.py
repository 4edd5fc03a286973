"""Faults on demand: what the network and the platform do to a call besides answering it."""

import asyncio
import random
from dataclasses import dataclass, field
from enum import StrEnum

ANY = "*"


class Moment(StrEnum):
    """Where in a call a fault strikes."""

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
        """Wait until a call stands at the gate."""
        await self._reached.wait()

    def release(self) -> None:
        """Let the calls that stand here, and later ones, go on."""
        self._open.set()

    async def pass_through(self) -> None:
        """Stand at the gate until it is open."""
        self._reached.set()
        await self._open.wait()


@dataclass(slots=True, kw_only=True)
class Fault:
    """One prepared fault of a method (or of any, `*`), for so many calls; `struck` counts them."""

    method: str
    moment: Moment
    times: int
    status: int = 502
    body: str = ""
    gate: Gate | None = None
    seconds: float = 0.0
    struck: int = 0

    def fits(self, method: str) -> bool:
        """Whether it still strikes calls of this method."""
        return self.struck < self.times and self.method.lower() in (ANY, method.lower())


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

    def take(self, method: str) -> Fault | None:
        """The next fault prepared for this method, counted as struck."""
        fault = next((fault for fault in self.faults if fault.fits(method)), None)
        if fault is not None:
            fault.struck += 1
        return fault

    async def travel(self) -> None:
        """Spend one way's time on the network."""
        if self._jitter is not None:
            await asyncio.sleep(self._random.uniform(*self._jitter) / 2)
