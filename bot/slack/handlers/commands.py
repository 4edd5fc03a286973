"""Our slash command, and the shortcut that opens a case."""

import re

from bot.conversation.commands.strangers import code_in
from bot.conversation.commands.vocabulary import Typed, Word, read
from bot.conversation.incoming import Said
from bot.conversation.reply import Reply
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.channels.joining import Channels
from bot.slack.handlers.conversation_gateway import ConversationGateway, something_failed
from bot.slack.handlers.payloads import NewCaseShortcut, SlashCommand
from bot.slack.handlers.receive import commanded
from bot.slack.handlers.waiting_windows import WaitingWindows
from bot.slack.outbound.replies import Replies
from bot.slack.outbound.window_of_reply import may_open
from workflows.ports.chat import ChatError

_SHARE = re.compile(r"\s+(share|всем)\s*$", re.IGNORECASE)
_SEARCHES = frozenset({Word.FIND, Word.STATUS})
"""Commands whose words may end with the word for sharing: it counts only when nothing is found with it."""
_FIND_ALONE = Typed(word=Word.FIND, rest="")


class Commands:
    """Handles what people type after our command."""

    def __init__(
        self,
        *,
        gateway: ConversationGateway,
        replies: Replies,
        waiting_windows: WaitingWindows,
        accounts: Accounts,
        channels: Channels,
    ) -> None:
        self._gateway = gateway
        self._replies = replies
        self._waiting_windows = waiting_windows
        self._accounts = accounts
        self._channels = channels

    async def obey(self, command: SlashCommand) -> None:
        """Handle our command; `share` at its end shows the reply to the whole channel.

        In a search it is a word like others as long as something is found with it.
        """
        origin, names = command.origin, await self._accounts.names_in(command.text)
        said, whole = commanded(_SHARE.sub("", command.text), names), commanded(command.text, names)
        is_shared, typed = said != whole, read(said.text)
        binds = typed is not None and typed.word == Word.BIND
        if binds:
            origin = await self._channels.described(origin)
        try:
            redeems = self._accounts.person_of(origin.user) is None and code_in(said) is not None
            account = await self._accounts.account_of(origin.user) if redeems else None
        except ChatError:
            language = await self._gateway.language_of(origin)
            await self._replies.show(origin, something_failed(language))
            return

        async def work() -> Reply:
            nonlocal is_shared
            if said != whole and (typed is None or typed.word in _SEARCHES):
                reply = await self._gateway.handle(command.update, origin, whole, account=account)
                if not reply.is_refusal or typed == _FIND_ALONE:
                    is_shared = False
                    return reply
            return await self._gateway.handle(command.update, origin, said, account=account)

        origin, reply = await self._waiting_windows.reply_in_time(origin, work(), may_open=may_open(said))
        has_message = reply.message is not None and not reply.is_refusal
        await self._replies.show(origin, reply, shared=is_shared and has_message)
        if binds and has_message:
            await self._channels.join_bound(origin, reply.language)

    async def open_new_case(self, shortcut: NewCaseShortcut) -> None:
        """Handle the shortcut that opens a case."""
        work = self._gateway.handle(shortcut.update, shortcut.origin, Said(text="/new"))
        origin, reply = await self._waiting_windows.reply_in_time(shortcut.origin, work, may_open=True)
        await self._replies.show(origin, reply)
