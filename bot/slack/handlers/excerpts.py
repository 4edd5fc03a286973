"""Cases made from messages: the words of a message go into the form, with the address where the message is."""

import asyncio
import re
from dataclasses import replace

from bot.conversation.incoming import FormSaved, Said
from bot.conversation.reply import FormView, Reply
from bot.rendering.language.i18n import words_in
from bot.rendering.markup.cutting import shorten
from bot.rendering.markup.mrkdwn import SLACK
from bot.rendering.markup.text import units
from bot.slack.api.client import Api
from bot.slack.api.origin import Origin
from bot.slack.blockkit.blocks import escaped
from bot.slack.blockkit.plain_text import unmarked
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.conversation_gateway import ConversationGateway
from bot.slack.handlers.payloads import MessageShortcut
from bot.slack.handlers.waiting_windows import WaitingWindows
from bot.slack.outbound.replies import Replies
from workflows.domain.definition import FieldType
from workflows.ports.chat import ChatError, Message

LONGEST = 2_000
"""How much of a message a new case takes over, so that the metadata of a window can carry it (3,000)."""
_ADDRESS = re.compile(r"/archives/(\w+/p\d+)")
"""What tells apart the messages that cases are made from."""


class Excerpts:
    """Takes the words of a message through the choice of a process into the form of the new case."""

    def __init__(
        self,
        *,
        gateway: ConversationGateway,
        replies: Replies,
        waiting_windows: WaitingWindows,
        accounts: Accounts,
        api: Api,
    ) -> None:
        self._gateway = gateway
        self._replies = replies
        self._waiting_windows = waiting_windows
        self._accounts = accounts
        self._api = api

    async def open_case(self, shortcut: MessageShortcut) -> None:
        """Handle the shortcut that makes a case from a message."""
        origin = replace(shortcut.origin, response_url=None)
        permalink = asyncio.create_task(self._permalink(shortcut))
        work = self._gateway.handle(shortcut.update, origin, Said(text="/new"))
        try:
            origin, reply = await self._waiting_windows.reply_in_time(origin, work, may_open=True)
            # Not awaited: the trigger has little time left.
            link = (permalink.result() if permalink.done() else None) or shortcut.address
        finally:
            permalink.cancel()
        words = shorten(unmarked(shortcut.text, self._accounts.name_of, shortcut.quotations), LONGEST - units(link) - 1)
        await self.show(shortcut.update, origin, reply, f"{words}\n{link}".strip())

    async def show(self, update: str, origin: Origin, reply: Reply, excerpt: str) -> None:
        """Show a reply; the *excerpt* is saved in its form's draft at once, which may be opened later, or by pages."""
        if not excerpt or not isinstance(reply.dialog, FormView):
            await self._replies.show(origin, reply, excerpt=excerpt)
            return
        form = with_excerpt(reply.dialog, excerpt)
        if form is None:
            await self._replies.show(origin, reply)
            sentence = words_in(reply.language).gettext(
                "The form has no place for the words of the message; here they are:"
            )
            copy = Message(text=f"{escaped(sentence)}\n{SLACK.quote(excerpt)}")
            await self._replies.post(Origin(user=origin.user), copy)
            return
        before = {field.name: field.value for field in reply.dialog.fields}
        changed = {field.name: field.value for field in form.fields if field.value != before.get(field.name)}
        saved = FormSaved(form=form.form, values=changed)
        await asyncio.gather(
            self._replies.show(origin, replace(reply, dialog=form)),
            self._gateway.handle(f"{update}:excerpt", origin, saved),
        )

    async def _permalink(self, shortcut: MessageShortcut) -> str | None:
        channel = shortcut.origin.channel or ""
        try:
            found = await self._api.call("chat.getPermalink", channel=channel, message_ts=shortcut.message)
        except ChatError:
            return None
        return str(found["permalink"])


def with_excerpt(form: FormView, excerpt: str) -> FormView | None:
    """Put an excerpt into the first question for long answers; None when there is none.

    It follows what was typed there. A draft that was begun by another message gives way to it, and one that was begun
    by the same message stays as it is.
    """
    field = next((field for field in form.fields if field.type is FieldType.LONG_TEXT), None)
    if field is None:
        return None
    before = str(field.value or "")
    earlier = set(_ADDRESS.findall(before))
    if earlier & set(_ADDRESS.findall(excerpt)):
        return form
    if earlier:
        fields = tuple(replace(f, value=excerpt if f is field else None) for f in form.fields)
        return replace(form, fields=fields, has_draft=False, anew=None)
    value = before if excerpt in before else f"{before}\n\n{excerpt}".strip()
    return replace(form, fields=tuple(replace(f, value=value) if f is field else f for f in form.fields))
