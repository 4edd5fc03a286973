"""The order of one sender's updates: what an update changes is committed, then it is replied to.

Only the changes hold up the platform's confirmation and the sender's next update. A reply may wait for the limits of a
busy chat; replies stay in order all the same.
"""

import asyncio


class UpdateOrder:
    """The place of an update; *earlier* is the handling of its sender's previous update in the same chat."""

    def __init__(self, earlier: asyncio.Task[None] | None = None) -> None:
        self.committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._earlier = earlier

    @property
    def is_committed(self) -> bool:
        """Whether the update's changes are safe."""
        return self.committed.done()

    def mark_committed(self) -> None:
        """Let the platform forget the update, and the sender's next one begin."""
        if not self.committed.done():
            self.committed.set_result(None)

    async def wait_for_earlier(self) -> None:
        """Return when the sender's earlier updates in the chat have been replied to."""
        earlier, self._earlier = self._earlier, None
        if earlier is not None:
            await asyncio.wait({earlier})
