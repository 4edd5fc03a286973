"""Time that leaps: a loop that never waits but moves its clock to the next moment at which something is due."""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, ParamSpec

from tests.fakes.clock import MONDAY_MORNING

P = ParamSpec("P")


class _LeapingSelector(selectors.DefaultSelector):
    """Reports at once that *timeout* seconds have passed, without waiting for them."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events and timeout is None:
            raise RuntimeError("everybody waits for something that will never happen")
        if not events and timeout is not None:
            self.passed += max(timeout, 0.0)
        return events


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop that is ordinary except for its time."""

    def __init__(self) -> None:
        self._leaping = _LeapingSelector()
        super().__init__(self._leaping)

    def time(self) -> float:
        """Return the seconds that were skipped."""
        return self._leaping.passed


class LoopClock:
    """Implements the Clock port with the time of the running loop."""

    def now(self) -> datetime:
        """Return Monday morning plus what has passed since."""
        return MONDAY_MORNING + timedelta(seconds=asyncio.get_running_loop().time())


def in_hand_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test in a loop whose time leaps: hours pass in no time, and always in the same order."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=LeapingLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run
