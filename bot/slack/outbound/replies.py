"""Replies as Slack shows them: windows where there is a trigger, else messages that only the presser sees."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.conversation.list_places import note_list
from bot.conversation.reply import Menu, Reply, ReplyKind
from bot.rendering.language.i18n import words_in
from bot.rendering.markup.mrkdwn import SLACK
from bot.slack.api.addresses import PLATFORM, address_of, is_direct
from bot.slack.api.client import JSON, Api
from bot.slack.api.limits import POST
from bot.slack.api.origin import Origin
from bot.slack.blockkit.blocks import escaped
from bot.slack.blockkit.form_pages import Paging
from bot.slack.blockkit.markup import content
from bot.slack.blockkit.windows import notice_window
from bot.slack.outbound.chat import SlackChat
from bot.slack.outbound.late_windows import show_in_time, without_trigger
from bot.slack.outbound.message_of_reply import message_of
from bot.slack.outbound.window_of_reply import window_of
from workflows.domain.ids import FileId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatError, Message, MessageId
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.delivery.shown_lists import ShownLists
from workflows.usecases.directory import Directory

log = structlog.get_logger(__name__)


class Replies:
    """Shows replies; where a window cannot be opened any more a button offers it."""

    def __init__(self, *, api: Api, chat: SlackChat, directory: Directory, paging: Paging, lists: ShownLists) -> None:
        self._lists = lists
        self._api = api
        self._chat = chat
        self._directory = directory
        self._paging = paging
        self._direct: dict[str, str] = {}

    async def show(self, origin: Origin, reply: Reply, *, excerpt: str = "", shared: bool = False) -> None:
        """Show a reply where it belongs; *shared* posts it to the whole channel.

        A menu carries the *excerpt* of a message. Files follow in the direct message: an ephemeral message takes none.
        """
        words = words_in(reply.language)
        window = window_of(reply, origin, words, self._paging, excerpt)
        if window is not None:
            if await self.show_window(origin, window):
                return
            origin = without_trigger(origin)
        message = message_of(reply)
        if message is None:
            return
        if excerpt and isinstance(reply.dialog, Menu):
            # Buttons of a message carry no excerpt: it is there to be copied.
            message = replace(message, text=f"{message.text}\n{SLACK.quote(excerpt)}")
        if message.files and not is_direct(origin.channel or ""):
            where = escaped(words.gettext("The files are in our direct message."))
            message = replace(message, text=f"{message.text}\n\n{where}")
        is_shown = False
        if origin.is_windowed or origin.loading is not None:
            notice = notice_window(message, words, self._person_of(origin), closes_all=reply.closes_dialog)
            is_shown = await self.show_window(origin, notice)
        if not is_shown:
            await self.post(origin, message, replaces=origin.is_ephemeral and reply.closes_dialog, shared=shared)
        if message.files:
            await self._attach(origin, message.files)

    async def refuse(self, origin: Origin, sentence: str, language: Language) -> None:
        """Show why something was not done."""
        await self.show(origin, Reply(kind=ReplyKind.REFUSED, toast=sentence, language=language))

    async def post(self, origin: Origin, message: Message, *, replaces: bool = False, shared: bool = False) -> None:
        """Post a message for whoever asked, in their direct message when there is no other way.

        It *replaces* the message whose button was pressed; *shared* shows it to the whole channel.
        """
        shown = content(message, None if shared else self._person_of(origin))
        where = {} if origin.thread is None else {"thread_ts": origin.thread}
        if origin.response_url is not None:
            kind = "in_channel" if shared else "ephemeral"
            body = {"response_type": kind, "replace_original": replaces, **where, **shown}
            if await self._api.respond(origin.response_url, body):
                return
        elif origin.channel is not None and origin.channel_title is not None:
            try:
                await self._api.call("chat.postEphemeral", channel=origin.channel, user=origin.user, **where, **shown)
                return
            except ChatError as problem:
                log.info("A reply is posted in private instead.", action="slack_reply_moved", code=problem.code)
        try:
            channel = await self._direct_message(origin.user)
            there = where if channel == origin.channel else {}
            posted = await self._api.call_first(POST, channel=channel, **there, **shown)
            await note_list(self._lists, address_of(channel), MessageId(str(posted.get("ts", ""))), message)
        except ChatError as problem:
            log.warning("A reply could not be shown.", action="slack_reply_lost", code=problem.code)

    async def refresh(self, origin: Origin, message: Message) -> None:
        """Show a message in the place of the one whose button was pressed; windows and the Home tab have none."""
        if origin.response_url is None or origin.is_windowed:
            return
        kind = "ephemeral" if origin.is_ephemeral else "in_channel"
        shown = content(message, self._person_of(origin))
        await self._api.respond(origin.response_url, {"response_type": kind, "replace_original": True, **shown})

    async def show_window(self, origin: Origin, window: JSON) -> bool:
        """Show a window, in the place of the one at hand; False when there is no way to."""
        return await show_in_time(self._api, origin, window)

    async def _attach(self, origin: Origin, files: Sequence[FileId]) -> None:
        try:
            await self._chat.attach(address_of(await self._direct_message(origin.user)), files)
        except (ChatError, StorageUnavailable) as problem:
            log.warning("Files of a reply could not be sent.", action="slack_files_lost", reason=str(problem))

    async def _direct_message(self, user: str) -> str:
        """Return the channel of our direct message with somebody; the account itself where Slack does not say."""
        if user not in self._direct:
            try:
                opened = await self._api.call_first("conversations.open", users=user)
            except ChatError:
                return user
            self._direct[user] = opened["channel"]["id"]
        return self._direct[user]

    def _person_of(self, origin: Origin) -> PersonId | None:
        return self._directory.person_of(PLATFORM, origin.user)
