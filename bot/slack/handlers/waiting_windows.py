"""Replies that take long: a window opens to wait in, and shows the reply as soon as there is one."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

import structlog

from bot.conversation.reply import Reply
from bot.rendering.language.i18n import words_in
from bot.slack.api.client import JSON
from bot.slack.api.origin import Origin
from bot.slack.blockkit.windows import loading_window
from bot.slack.handlers.conversation_gateway import something_failed
from bot.slack.outbound.late_windows import without_trigger
from bot.slack.outbound.message_of_reply import message_of
from bot.slack.outbound.replies import Replies
from workflows.domain.text import Language

log = structlog.get_logger(__name__)


class WaitingWindows:
    """Opens windows to wait in, in the language of the company, since the person's takes time to find.

    *opening* is how many seconds a reply may take before a window opens. *pauses* are the seconds before each look for
    a window that our acknowledgement puts in place: it is there only when Slack has it. *earlier* waits for all that a
    user did before in windows.
    """

    def __init__(
        self,
        *,
        replies: Replies,
        locale: Language,
        opening: float,
        pauses: Sequence[float],
        earlier: Callable[[str], Awaitable[None]],
    ) -> None:
        self._replies = replies
        self._locale = locale
        self._opening = opening
        self._pauses = pauses
        self._earlier = earlier

    async def reply_in_time(
        self, origin: Origin, work: Coroutine[Any, Any, Reply], *, may_open: bool
    ) -> tuple[Origin, Reply]:
        """Return the reply of *work*; where it takes long and may be a window, one opens meanwhile.

        What the person did before in windows comes first: a form that is opened again has all that was typed. Work that
        fails is logged, and the reply says so.
        """
        task = asyncio.ensure_future(self._guard(origin, work))
        try:
            done, _ = await asyncio.wait({task}, timeout=self._opening)
            if not done and may_open and origin.trigger is not None and origin.window is None:
                origin = await self._open(origin)
            reply = await task
        finally:
            # Without effect on a task that is done; else the program ends, and nobody waits any more.
            task.cancel()
        return origin, reply

    def loading(self, name: str) -> JSON:
        """Return a window to wait in, to be shown in place of one that was sent."""
        return loading_window(words_in(self._locale), name)

    async def show(self, origin: Origin, name: str, window: JSON, reply: Reply) -> None:
        """Show a window in the place of the one to wait in; when that was closed, post the reply in private."""
        for pause in self._pauses:
            await asyncio.sleep(pause)
            if await self._replies.show_window(replace(origin, loading=name), window):
                return
        message = message_of(reply)
        if message is not None:
            await self._replies.post(origin, message)

    async def _open(self, origin: Origin) -> Origin:
        name = secrets.token_urlsafe(12)
        is_open = await self._replies.show_window(origin, self.loading(name))
        return replace(origin, loading=name) if is_open else without_trigger(origin)

    async def _guard(self, origin: Origin, work: Coroutine[Any, Any, Reply]) -> Reply:
        try:
            await self._earlier(origin.user)
            return await work
        except Exception:
            # The outermost guard of a reply: somebody waits for it, maybe before a window that says so.
            log.exception("A reply failed.", action="slack_reply_failed")
            return something_failed(self._locale)
        finally:
            # Without effect on work that ran; else the program ended before it was begun.
            work.close()
