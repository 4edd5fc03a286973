"""A chat platform's adapter as the program starts it and keeps it; each is imported only when its token is set."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from fastapi import APIRouter

from bot.conversation.router import Conversation
from bot.rendering.environment import Messages
from workflows.ports.chat import ChatPort
from workflows.usecases.chats import Chats
from workflows.usecases.handle_command import CommandHandler

PAUSES = (1.0, 5.0, 30.0, 60.0)
"""Seconds before an adapter that broke is run again: longer and longer, until it has held out for the longest."""

log = structlog.get_logger(__name__)


class Adapter(Protocol):
    """Made first, told to whom it talks next, run last."""

    @property
    def chat(self) -> ChatPort:
        """Return the platform as delivery sees it."""
        ...

    def listen(self, *, conversation: Conversation, handler: CommandHandler, chats: Chats, messages: Messages) -> None:
        """Learn to whom what people do goes."""
        ...

    def routes(self) -> APIRouter:
        """Return what it adds to the web application."""
        ...

    async def run(self) -> None:
        """Listen until cancelled; the platform being away is waited out."""
        ...


async def kept_running(run: Callable[[], Awaitable[None]], platform: str, pauses: tuple[float, ...] = PAUSES) -> None:
    """Run an adapter of a platform until cancelled, again whenever it breaks; the other chats go on meanwhile."""
    loop, failures = asyncio.get_running_loop(), 0
    while True:
        begun = loop.time()
        try:
            await run()
        except Exception:
            failures = 0 if loop.time() - begun > pauses[-1] else failures
            pause = pauses[min(failures, len(pauses) - 1)]
            failures += 1
            log.exception("An adapter has stopped.", action="adapter_stopped", platform=platform, pause=pause)
            await asyncio.sleep(pause)
        else:
            return
