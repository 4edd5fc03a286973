"""The turn of one update: first what it changes, then what is said about it.

Only what it changes holds up the platform's confirmation and the sender's next update. What is said may wait for the
limits of a busy chat; it stays in order all the same.
"""

import asyncio
from contextvars import ContextVar


class Turn:
    """`committed` ends when what the update changes is safe; `earlier` is the sender's update before it."""

    def __init__(self, earlier: asyncio.Task[None] | None) -> None:
        self.committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._earlier = earlier

    def commit(self) -> None:
        """Let the update be confirmed, and the next one of its sender begin."""
        if not self.committed.done():
            self.committed.set_result(None)

    async def speak(self) -> None:
        """Wait until what the sender did before is answered."""
        earlier, self._earlier = self._earlier, None
        if earlier is not None:
            await asyncio.wait({earlier})


CURRENT: ContextVar[Turn | None] = ContextVar("telegram_turn", default=None)
"""The turn of the update that is being handled."""


def commit() -> None:
    """Tell that what the update at hand changes is committed."""
    turn = CURRENT.get()
    if turn is not None:
        turn.commit()


async def spoken() -> None:
    """Return when it is the turn of the update at hand to be answered by a message."""
    turn = CURRENT.get()
    if turn is not None:
        await turn.speak()


async def committed() -> None:
    """Tell that what the update at hand changes is committed; returns when it is its turn to be answered."""
    commit()
    await spoken()
