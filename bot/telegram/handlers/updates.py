"""Each update to the handler of its kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from aiogram.types import Update

from bot.telegram.handlers.chat_messages import ChatMessages
from bot.telegram.handlers.memberships import Memberships
from bot.telegram.handlers.presses import Presses
from bot.telegram.outbound.reply_order import UpdateOrder

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates:
    """Handles updates of the kinds that we ask the platform for."""

    presses: Presses
    messages: ChatMessages
    memberships: Memberships

    async def handle(self, updates: Sequence[Update], order: UpdateOrder) -> None:
        """Handle an update, or the parts of one thing; whoever pressed, typed or sent something gets a reply."""
        update = updates[0]
        if update.callback_query is not None:
            await self.presses.handle(update.update_id, update.callback_query, order)
        elif update.message is not None and update.message.migrate_to_chat_id is not None:
            await self.memberships.move(update.message.chat.id, update.message.migrate_to_chat_id)
        elif update.message is not None:
            parts = [each.message for each in updates if each.message is not None]
            await self.messages.handle(update.update_id, parts, order)
        elif update.edited_message is not None:
            await self.messages.handle(update.update_id, [update.edited_message], order, is_correction=True)
        elif update.my_chat_member is not None:
            await self.memberships.handle(update.update_id, update.my_chat_member)
        else:
            log.info("An update of an unknown kind is skipped.", action="telegram_update_unknown")
