"""Replies to presses in private chats: a toast, and the next screen in place of the pressed one."""

from collections.abc import Callable
from contextlib import suppress

from bot.actions import Unreadable, Verb, decode
from bot.conversation.interview.steps.moves import is_move
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.turn import plain
from bot.telegram.api.client import Api
from bot.telegram.api.markup import MAX_TOAST
from bot.telegram.api.pace import Urgency
from bot.telegram.outbound.pressed import Pressed
from bot.telegram.outbound.reply_posts import ReplyMessages
from workflows.ports.chat import ChatError, Dialect, Message
from workflows.ports.unit_of_work import StorageUnavailable


class PrivatePressReplies:
    """Shows replies to presses in private chats."""

    def __init__(self, *, api: Api, messages: ReplyMessages) -> None:
        self._api = api
        self._messages = messages

    async def reply(self, press: Pressed, reply: Reply) -> None:
        """Stop the spinner, then show what there is to show; that may take its time, or fail."""
        toast = reply.toast or ""
        is_overtaken = self._wants_newer(press, reply)
        is_seen = not press.is_answered and await self._api.answer(press.query_id, toast, is_alert=reply.is_refusal)
        await press.order.wait_for_earlier()
        with suppress(ChatError, StorageUnavailable):
            await self._show_reply(press, reply, is_overtaken, is_seen=is_seen)
        if reply.refreshed is not None and not (reply.message is not None and _is_instead(press, reply)):
            await self._messages.refresh(press.place, press.message_id, reply.refreshed)

    async def _show_reply(
        self, press: Pressed, reply: Reply, is_overtaken: Callable[[], bool] | None, *, is_seen: bool
    ) -> None:
        """Show the message of a reply, or in words what the toast could not show."""
        if reply.message is not None:
            await self._show(press, reply, reply.message, is_overtaken)
            return
        if self._has_passed(press, reply):
            await self._api.remove_buttons(press.place, press.message_id)
        if reply.toast and reply.closes_dialog and _is_of_a_menu(press):
            done = plain(reply.toast, Dialect.INLINE_HTML)
            await self._api.edit(press.place, press.message_id, done, urgency=Urgency.ANSWER)
        elif reply.toast and not (is_seen and len(reply.toast) <= MAX_TOAST):
            await self._messages.post(press.private, plain(reply.toast, Dialect.INLINE_HTML))

    def _wants_newer(self, press: Pressed, reply: Reply) -> Callable[[], bool] | None:
        """Note that the pressed message shall show the reply; return whether a later press wants something newer."""
        if reply.message is None or reply.kind is ReplyKind.PAST or not _is_instead(press, reply):
            return None
        return self._messages.want(press.place, press.message_id)

    async def _show(
        self, press: Pressed, reply: Reply, message: Message, is_overtaken: Callable[[], bool] | None
    ) -> None:
        """Show the message of a reply in place of the screen that was pressed, or after it."""
        if is_overtaken is not None and is_overtaken():
            return
        is_instead = _is_instead(press, reply)
        if is_instead and not self._has_passed(press, reply):
            await self._messages.show_instead(press.place, press.message_id, message, is_overtaken=is_overtaken)
            return
        await self._messages.post(press.place, message)
        if reply.below is not None:
            await self._messages.post(press.place, reply.below)
        if is_instead:
            await self._api.remove_buttons(press.place, press.message_id)

    def _has_passed(self, press: Pressed, reply: Reply) -> bool:
        """Whether another message than the pressed one shows the current screen; a second tap presses the same one."""
        return reply.kind is ReplyKind.PAST and not self._messages.is_current_screen(press.place, press.message_id)


def _is_instead(press: Pressed, reply: Reply) -> bool:
    """Whether the message of a reply takes the place of the pressed one."""
    return is_move(press.action) or (reply.closes_dialog and reply.dialog is None)


def _is_of_a_menu(press: Pressed) -> bool:
    """Whether the pressed message is a menu that has done its work with one choice."""
    try:
        return decode(press.action).verb is Verb.REASSIGN_TO
    except Unreadable:
        return False
