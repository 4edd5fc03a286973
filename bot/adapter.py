"""A chat platform's adapter as the program starts it; each is imported only when its token is set."""

from typing import Protocol

from fastapi import APIRouter

from bot.conversation.router import Conversation
from bot.rendering.environment import Messages
from workflows.ports.chat import ChatPort
from workflows.usecases.chats import Chats
from workflows.usecases.handle_command import CommandHandler


class Adapter(Protocol):
    """Made first, told to whom it talks next, run last."""

    @property
    def chat(self) -> ChatPort:
        """Answer the platform as delivery sees it."""
        ...

    def listen(self, *, conversation: Conversation, handler: CommandHandler, chats: Chats, messages: Messages) -> None:
        """Learn to whom what people do goes."""
        ...

    def routes(self) -> APIRouter:
        """Answer what it adds to the web application."""
        ...

    async def run(self) -> None:
        """Listen until cancelled; the platform being away is waited out."""
        ...
