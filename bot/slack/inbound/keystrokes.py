"""What is being typed in windows: Slack tells of every letter, and each time all that stands in the window."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.slack.inbound.inbox import Inbox

Keeping = Callable[[], Awaitable[None]]


class Keystrokes:
    """Has the newest of what is typed kept, *pause* seconds after the first letter that is not kept yet.

    However fast somebody types, that is one writing in so many seconds; what else is done with the window comes first.
    """

    def __init__(self, inbox: Inbox, pause: float) -> None:
        self._inbox = inbox
        self._pause = pause
        self._newest: dict[str, Keeping] = {}

    def typed(self, update: str, *, window: str, whose: str, keep: Keeping) -> None:
        """Take what *keep* would keep for the newest of a window."""
        if not self._inbox.is_new(update):
            return
        is_waited_for = window in self._newest
        self._newest[window] = keep
        if not is_waited_for:
            self._inbox.take(f"{update}:kept", lambda: self._keep_later(window, whose))

    def forget(self, window: str) -> None:
        """Keep nothing of what was typed: something newer is at hand."""
        self._newest.pop(window, None)

    async def keep(self, window: str) -> None:
        """Keep what is not kept yet, in the turn of whoever calls."""
        newest = self._newest.pop(window, None)
        if newest is not None:
            await newest()

    async def _keep_later(self, window: str, whose: str) -> None:
        try:
            await self._inbox.pause(self._pause)
            await self._inbox.in_turn(whose, lambda: self.keep(window))
        except asyncio.CancelledError:
            # Else the letters that come after the adapter has begun anew would wait for this task.
            self.forget(window)
            raise
