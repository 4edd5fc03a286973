"""Waiting for a state of the server without asking again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Watch:
    """Wakes those who wait each time something changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def changed(self) -> None:
        """Wake everybody who waits, to check again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, predicate: Callable[[], T | None], *, within: float | None) -> T:
        """The first truthy value of the predicate, checked after each change; raises TimeoutError (real seconds)."""
        async with asyncio.timeout(within):
            while not (found := predicate()):
                future = asyncio.get_running_loop().create_future()
                self._waiting.add(future)
                try:
                    await future
                finally:
                    self._waiting.discard(future)
        return found
