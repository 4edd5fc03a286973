"""Pressed buttons: in a message, on the Home tab, in a window that is no form."""

from dataclasses import replace

from bot.actions import Unreadable, Verb, decode
from bot.conversation import incoming
from bot.conversation.incoming import Said
from bot.conversation.reply import ReplyKind
from bot.slack.api.origin import Origin
from bot.slack.blockkit.windows import excerpt_in
from bot.slack.handlers.accounts import CONFIRM, Accounts
from bot.slack.handlers.channels.joining import Channels
from bot.slack.handlers.conversation_gateway import ConversationGateway, something_failed
from bot.slack.handlers.excerpts import Excerpts
from bot.slack.handlers.home import Home
from bot.slack.handlers.payloads import HomePress, MessagePress, Press, WindowPress
from bot.slack.handlers.waiting_windows import WaitingWindows
from bot.slack.outbound.pressed_lists import PressedLists
from bot.slack.outbound.replies import Replies
from bot.slack.outbound.window_of_reply import may_open
from workflows.ports.chat import ChatError
from workflows.ports.unit_of_work import StorageUnavailable


class Presses:
    """Handles what people press."""

    def __init__(
        self,
        *,
        gateway: ConversationGateway,
        replies: Replies,
        waiting_windows: WaitingWindows,
        excerpts: Excerpts,
        accounts: Accounts,
        home: Home,
        channels: Channels,
        lists: PressedLists,
    ) -> None:
        self._gateway = gateway
        self._replies = replies
        self._waiting_windows = waiting_windows
        self._excerpts = excerpts
        self._accounts = accounts
        self._home = home
        self._channels = channels
        self._lists = lists

    async def press(self, press: Press) -> None:
        """Handle a pressed button; the Home tab it stands on is shown anew."""
        if press.action == CONFIRM:
            await self._confirm(press.update, press.origin)
        else:
            await self._act(press)
        if isinstance(press, HomePress):
            await self._home.publish(press.origin)

    async def _act(self, press: Press) -> None:
        inside = press.inside if isinstance(press, MessagePress) else ""
        origin, intent = press.origin, incoming.Press(action=press.action, inside=inside)
        self._lists.note(origin, inside)
        binds = _binds(press.action)
        if binds:
            origin = await self._channels.described(origin)
        work = self._gateway.handle(press.update, origin, intent)
        origin, reply = await self._waiting_windows.reply_in_time(origin, work, may_open=may_open(intent))
        excerpt = excerpt_in(press.window) if isinstance(press, WindowPress) else ""
        await self._excerpts.show(press.update, origin, reply, excerpt)
        if reply.refreshed is not None:
            await self._replies.refresh(press.origin, reply.refreshed)
        if binds and not reply.is_refusal and reply.message is not None:
            await self._channels.join_bound(origin, reply.language)

    async def refresh_list(self, user: str) -> None:
        """Show the list anew in which an account pressed a button last: what began there is done."""
        found = self._lists.of(user)
        if found is None:
            return
        origin, inside = found
        message = await self._gateway.list_now(origin, inside)
        if message is not None:
            await self._replies.refresh(origin, message)

    async def _confirm(self, update: str, origin: Origin) -> None:
        """Link an account whose owner says that the e-mail's person is them."""
        try:
            await self._accounts.confirm(origin.user)
        except (ChatError, StorageUnavailable):
            language = await self._gateway.language_of(origin)
            await self._replies.show(origin, something_failed(language))
            return
        reply = await self._gateway.handle(update, origin, Said(text="/help"))
        await self._replies.show(origin, replace(reply, kind=ReplyKind.DONE))


def _binds(action: str) -> bool:
    try:
        return decode(action).verb is Verb.BIND
    except Unreadable:
        return False
