"""Presses, commands and shortcuts."""

import asyncio
import re
from dataclasses import replace

from bot.actions import Unreadable, Verb, decode
from bot.conversation.commands.strangers import code_in
from bot.conversation.commands.vocabulary import Word, read
from bot.conversation.incoming import FormSaved, Press, Said
from bot.conversation.reply import FormView, Reply, ReplyKind
from bot.rendering.dialects import SLACK, shorten, units
from bot.rendering.phrases import Phrase, phrase
from bot.slack.api.client import JSON, Api
from bot.slack.api.origin import Origin, Reader
from bot.slack.blockkit.blocks import escaped
from bot.slack.blockkit.plain_text import unmarked
from bot.slack.blockkit.windows import MENU
from bot.slack.handlers.accounts import CONFIRM
from bot.slack.handlers.channels import Channels
from bot.slack.handlers.forms import with_words
from bot.slack.handlers.home import Home
from bot.slack.handlers.receive import commanded, pressed
from bot.slack.handlers.reception import Reception
from bot.slack.outbound.window_of_reply import may_open
from workflows.ports.chat import ChatError, Message
from workflows.ports.unit_of_work import StorageUnavailable

_SHARE = re.compile(r"\s+(share|всем)\s*$", re.IGNORECASE)
CARRIED = 2_000
"""How much of a message a new case takes over, so that a window can carry it."""


class Presses:
    """Handles what people press and type after our command."""

    def __init__(self, *, reception: Reception, home: Home, api: Api, channels: Channels) -> None:
        self._reception = reception
        self._home = home
        self._api = api
        self._channels = channels

    async def pressed(self, update: str, origin: Origin, action: JSON) -> None:
        """Handle a pressed button."""
        press = pressed(action)
        if press is None:
            return
        if press.action == CONFIRM:
            await self._confirmed(origin)
        else:
            carried = _carried(origin)
            if _binds(press):
                origin = await self._channels.named(origin)
            work = self._reception.handle(update, origin, press)
            origin, reply, reader = await self._reception.in_time(origin, work, may_open=may_open(press))
            await self._show(update, origin, reply, reader, carried)
            if _binds(press) and not reply.is_refusal:
                await self._join(origin, reader)
        if origin.is_home:
            await self._home.publish(origin)

    async def commanded(self, update: str, origin: Origin, text: str) -> None:
        """Handle our command; `share` at its end shows the answer to the whole channel."""
        shared = _SHARE.search(text) is not None
        said = commanded(_SHARE.sub("", text), self._reception.accounts.name)
        typed = read(said.text)
        word = None if typed is None else typed.word
        if word == Word.BIND:
            origin = await self._channels.named(origin)
        try:
            is_new = self._reception.accounts.known(origin.user) is None and code_in(said) is not None
            account = await self._reception.accounts.to_link(origin) if is_new else None
        except ChatError:
            await self._unwell(origin)
            return
        work = self._reception.handle(update, origin, said, account=account)
        origin, reply, reader = await self._reception.in_time(origin, work, may_open=may_open(said))
        tells_all = shared and reply.message is not None and not reply.is_refusal
        await self._reception.replies.show(origin, reply, reader, shared=tells_all)
        if word == Word.BIND and not reply.is_refusal and reply.message is not None:
            await self._join(origin, reader)

    async def new_case(self, update: str, origin: Origin) -> None:
        """Handle the shortcut that opens a case."""
        work = self._reception.handle(update, origin, Said(text="/new"))
        origin, reply, reader = await self._reception.in_time(origin, work, may_open=True)
        await self._reception.replies.show(origin, reply, reader)

    async def case_from_message(self, update: str, origin: Origin, body: JSON) -> None:
        """Handle the shortcut that opens a case with the words of a message and the way back to it."""
        origin, message = replace(origin, response_url=None), body["message"]
        asking = asyncio.create_task(self._link_to(origin, message))
        work = self._reception.handle(update, origin, Said(text="/new"))
        try:
            origin, reply, reader = await self._reception.in_time(origin, work, may_open=True)
            # Nothing is waited for: the trigger has little time left.
            link = (asking.result() if asking.done() else None) or address_of_message(body)
        finally:
            asking.cancel()
        words = unmarked(str(message.get("text") or ""), self._reception.accounts.name)
        carried = f"{shorten(words, CARRIED - units(link) - 1)}\n{link}".strip()
        await self._show(update, origin, reply, reader, carried)

    async def _show(self, update: str, origin: Origin, reply: Reply, reader: Reader, carried: str) -> None:
        """Show a reply; words for a form are kept as its draft at once, for it may be opened later, or by pages."""
        if not carried or not isinstance(reply.dialog, FormView):
            await self._reception.replies.show(origin, reply, reader, carried=carried)
            return
        form = with_words(reply.dialog, carried)
        if form is None:
            await self._reception.replies.show(origin, reply, reader)
            sentence = reader.words.gettext("The form has no place for the words of the message; here they are:")
            told = Message(text=f"{escaped(sentence)}\n{SLACK.quote(carried)}")
            await self._reception.replies.say(Origin(user=origin.user), told, reader)
            return
        saved = FormSaved(form=form.form, values=form.values())
        await asyncio.gather(
            self._reception.replies.show(origin, replace(reply, dialog=form), reader),
            self._reception.handle(f"{update}:carried", origin, saved),
        )

    async def _link_to(self, origin: Origin, message: JSON) -> str | None:
        try:
            found = await self._api.call("chat.getPermalink", channel=origin.channel or "", message_ts=message["ts"])
        except ChatError:
            return None
        return str(found["permalink"])

    async def _confirmed(self, origin: Origin) -> None:
        """Link an account whose owner says that the e-mail's person is them."""
        try:
            await self._reception.accounts.confirm(origin)
        except (ChatError, StorageUnavailable):
            await self._unwell(origin)
            return
        reply, reader = await self._reception.handle("", origin, Said(text="/help"))
        await self._reception.replies.show(origin, replace(reply, kind=ReplyKind.DONE), reader)

    async def _unwell(self, origin: Origin) -> None:
        reader = await self._reception.reader(origin)
        sentence = phrase(Phrase.SOMETHING_FAILED, reader.language)
        await self._reception.replies.show(origin, Reply(toast=sentence, kind=ReplyKind.REFUSED), reader)

    async def _join(self, origin: Origin, reader: Reader) -> None:
        """Enter the channel that was bound; where that takes an invitation, ask for one."""
        if not await self._channels.enter(origin.channel or ""):
            please = reader.words.gettext(
                "Add me to this channel (/invite, then choose Handover): until then its cards wait."
            )
            await self._reception.replies.say(origin, Message(text=escaped(please)), reader)


def address_of_message(body: JSON) -> str:
    """Return the address of the message of a shortcut, where Slack does not tell us; empty when it cannot be known."""
    message, channel = body["message"], body["channel"]["id"]
    domain, ts = (body.get("team") or {}).get("domain"), str(message.get("ts") or "")
    if not domain or not ts:
        return ""
    thread = message.get("thread_ts")
    inside = f"?thread_ts={thread}&cid={channel}" if thread and thread != ts else ""
    return f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}{inside}"


def _carried(origin: Origin) -> str:
    if origin.modal is None or origin.modal["callback_id"] != MENU:
        return ""
    return str(origin.modal.get("private_metadata") or "")


def _binds(press: Press) -> bool:
    try:
        return decode(press.action).verb is Verb.BIND
    except Unreadable:
        return False
