"""Handlers and updates for tests of receiving, without a program behind them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from aiogram.types import Chat, Message, Update, User

from bot.telegram.outbound.reply_order import UpdateOrder


class Hands:
    """Handles updates; those named in `slow` wait until they are released."""

    def __init__(self, *slow: str) -> None:
        self.slow = {words: asyncio.Event() for words in slow}
        self.handled: list[str] = []

    async def __call__(self, updates: Sequence[Update], _order: UpdateOrder) -> None:
        message = updates[0].message
        assert message is not None
        words = message.text or ""
        if words in self.slow:
            await self.slow[words].wait()
        self.handled.append(words)


def an_update(number: int, chat: int = 7) -> Update:
    user = User(id=7, is_bot=False, first_name="Anna")
    room = Chat(id=chat, type="private" if chat > 0 else "group")
    message = Message(message_id=1, date=datetime.now(UTC), chat=room, from_user=user, text="hi")
    return Update(update_id=number, message=message)


def update(number: int) -> dict[str, object]:
    return an_update(number).model_dump(mode="json", by_alias=True, exclude_none=True)
