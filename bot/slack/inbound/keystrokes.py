"""Typing in windows: Slack reports every letter, and each time all that stands in the window."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.slack.inbound.inbox import Inbox

Save = Callable[[], Awaitable[None]]


class Keystrokes:
    """Saves the newest of what is typed, *pause* seconds after the first letter that is not saved yet.

    However fast somebody types, that is one write in so many seconds; what else is done with the window comes first.
    """

    def __init__(self, inbox: Inbox, pause: float) -> None:
        self._inbox = inbox
        self._pause = pause
        self._newest: dict[str, tuple[int, Save]] = {}

    def note(self, update: str, save: Save, *, window: str, turn: str, at: int = 0) -> None:
        """Take *save* for the newest of a window, to be called later in its *turn*; unless a later one is there."""
        if not self._inbox.is_new(update):
            return
        is_awaited = window in self._newest
        if not is_awaited or at >= self._newest[window][0]:
            self._newest[window] = at, save
        if not is_awaited:
            self._inbox.start(f"{update}:kept", lambda: self._save_later(window, turn))

    def forget(self, window: str, before: int = 0) -> None:
        """Save nothing of what was typed *before* a moment (0: at all): something newer is at hand."""
        if window in self._newest and not 0 < before < self._newest[window][0]:
            del self._newest[window]

    async def save(self, window: str) -> None:
        """Save what is not saved yet, in the turn of whoever calls."""
        newest = self._newest.pop(window, None)
        if newest is not None:
            await newest[1]()

    async def _save_later(self, window: str, turn: str) -> None:
        try:
            await self._inbox.pause(self._pause)
            await self._inbox.in_turn(turn, lambda: self.save(window))
        except asyncio.CancelledError:
            # Else letters that come after the adapter was started again would wait for this task.
            self.forget(window)
            raise
