"""Replies as Slack shows them: windows where there is a trigger, else words that only the presser sees."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.conversation.forms.form_key import opening_action
from bot.conversation.reply import Ask, CaseView, FormView, Menu, PreviewView, Reply
from bot.rendering.buttons import in_rows
from bot.rendering.dialects import SLACK
from bot.slack.api.addresses import address_of, is_direct
from bot.slack.api.client import Api
from bot.slack.api.errors import TriggerExpired, ViewGone
from bot.slack.api.limits import POST
from bot.slack.api.origin import Origin, Reader
from bot.slack.blockkit.blocks import JSON, bold, escaped
from bot.slack.blockkit.markup import content
from bot.slack.blockkit.windows import loading_window, notice_window
from bot.slack.outbound.chat import SlackChat
from bot.slack.outbound.window_of_reply import window_of
from workflows.domain.ids import FileId
from workflows.ports.chat import Button, ChatError, Message
from workflows.ports.unit_of_work import StorageUnavailable

log = structlog.get_logger(__name__)


class Replies:
    """Shows replies; a window that cannot be opened any more is offered by a button.

    *window_pauses* are the seconds before each look for a window to wait in, which opens only when Slack has our
    acknowledgement.
    """

    def __init__(self, api: Api, chat: SlackChat, window_pauses: Sequence[float]) -> None:
        self._window_pauses = window_pauses
        self._api = api
        self._chat = chat
        self._direct: dict[str, str] = {}

    async def show(
        self, origin: Origin, reply: Reply, reader: Reader, *, carried: str = "", shared: bool = False
    ) -> None:
        """Show a reply where it belongs; *carried* stays with a menu, *shared* says it to the whole channel.

        The files of its message follow in the direct message: what only one person sees takes none.
        """
        window = window_of(reply.dialog, origin, reader, carried)
        if window is not None:
            if await self.open(origin, window):
                return
            # A trigger works once, and not at all when it is late.
            origin = replace(origin, trigger=None)
        message = in_words(reply, reader)
        if message is None:
            return
        if carried and isinstance(reply.dialog, Menu):
            # Buttons of a message carry nothing: what was meant to go along is there to be copied.
            message = replace(message, text=f"{message.text}\n{SLACK.quote(carried)}")
        if message.files and not is_direct(origin.channel or ""):
            where = escaped(reader.words.gettext("The files are in our direct message."))
            message = replace(message, text=f"{message.text}\n\n{where}")
        is_shown = False
        if origin.is_windowed or origin.loading is not None:
            notice = notice_window(message, reader.words, reader.person, is_the_end=reply.closes_dialog)
            is_shown = await self.open(origin, notice)
        if not is_shown:
            await self.say(origin, message, reader, replaces=origin.is_ephemeral and reply.closes_dialog, shared=shared)
        if message.files:
            await self._attach(origin, message.files)

    async def _attach(self, origin: Origin, files: Sequence[FileId]) -> None:
        try:
            await self._chat.attach(address_of(await self._direct_message(origin.user)), files)
        except (ChatError, StorageUnavailable) as problem:
            log.warning("Files of an answer could not be sent.", action="slack_files_lost", reason=str(problem))

    async def say(
        self, origin: Origin, message: Message, reader: Reader, *, replaces: bool = False, shared: bool = False
    ) -> None:
        """Say something to whoever asked, in their direct message when there is no other way."""
        shown = content(message, None if shared else reader.person)
        where = {} if origin.thread is None else {"thread_ts": origin.thread}
        if origin.response_url is not None:
            kind = "in_channel" if shared else "ephemeral"
            body = {"response_type": kind, "replace_original": replaces, **where, **shown}
            if await self._api.answer(origin.response_url, body):
                return
        elif origin.channel is not None and origin.room is not None:
            try:
                await self._api.call("chat.postEphemeral", channel=origin.channel, user=origin.user, **where, **shown)
                return
            except ChatError as problem:
                log.info("An answer is told in private instead.", action="slack_answer_moved", code=problem.code)
        try:
            channel = await self._direct_message(origin.user)
            there = where if channel == origin.channel else {}
            await self._api.call_first(POST, channel=channel, **there, **shown)
        except ChatError as problem:
            log.warning("An answer could not be shown.", action="slack_answer_lost", code=problem.code)

    async def _direct_message(self, user: str) -> str:
        """Return the channel of our direct message with somebody; where that is not told, the account does."""
        if user not in self._direct:
            try:
                opened = await self._api.call_first("conversations.open", users=user)
            except ChatError:
                return user
            self._direct[user] = opened["channel"]["id"]
        return self._direct[user]

    async def wait_in_a_window(self, origin: Origin, reader: Reader) -> Origin:
        """Open a window in which the answer will appear; returns the place as it is then."""
        name = secrets.token_urlsafe(12)
        opened = await self.open(origin, loading_window(reader.words, name))
        return replace(origin, loading=name) if opened else origin

    async def show_late(self, origin: Origin, waiting: str, window: JSON, reply: Reply, reader: Reader) -> None:
        """Show a window in the one that was put there to *wait*; when that was closed, tell the reply in private."""
        for pause in self._window_pauses:
            await asyncio.sleep(pause)
            if await self.open(replace(origin, loading=waiting), window):
                return
        message = in_words(reply, reader)
        if message is not None:
            await self.say(origin, message, reader)

    async def open(self, origin: Origin, window: JSON) -> bool:
        """Show a window; False when there is no way to."""
        try:
            if origin.loading is not None:
                # Whoever looks at a window that waits has waited longest.
                await self._api.call_first("views.update", external_id=origin.loading, view=window)
            elif origin.modal is not None:
                await self._api.call("views.update", view_id=origin.modal["id"], view=window)
            elif origin.trigger is not None:
                await self._api.call("views.open", trigger_id=origin.trigger, view=window)
            else:
                return False
        except (TriggerExpired, ViewGone) as problem:
            log.info("A window could not be shown any more.", action="slack_window_late", code=problem.code)
            return False
        except ChatError as problem:
            log.warning("A window could not be shown.", action="slack_window_lost", code=problem.code)
            return False
        return True


def in_words(reply: Reply, reader: Reader) -> Message | None:
    """Return a reply as a message: its words, its choices, or a button to what would have been opened."""
    match reply.dialog:
        case Menu(title=title, text=text, buttons=buttons):
            return Message(text=f"{bold(title)}\n{escaped(text)}", buttons=in_rows(buttons))
        case CaseView(status=status):
            return status
        case FormView() | PreviewView() | Ask() as dialog:
            return Message(text=_why(reply, dialog, reader), buttons=((_opener(dialog, reader),),))
    if reply.message is not None:
        return reply.message
    return None if reply.toast is None else Message(text=escaped(reply.toast))


def _why(reply: Reply, dialog: FormView | PreviewView | Ask, reader: Reader) -> str:
    if reply.toast is not None:
        return escaped(reply.toast)
    match dialog:
        case Ask(prompt=prompt):
            return escaped(prompt)
        case FormView(title=title, subtitle=subtitle):
            return f"{bold(title)}\n{escaped(subtitle)}"
    kept = reader.words.gettext("Nothing was sent yet: the form is kept as a draft. Open it again to go on.")
    return f"{bold(dialog.outcome_title)}\n{escaped(kept)}"


def _opener(dialog: FormView | PreviewView | Ask, reader: Reader) -> Button:
    if isinstance(dialog, Ask):
        return Button(label=reader.words.gettext("Write the reason"), action=dialog.action)
    return Button(label=reader.words.gettext("Open the form"), action=opening_action(dialog.form).encode())
