"""Replies to presses in groups: a toast, a link to a form, or an answer in the presser's private chat."""

import asyncio
from contextlib import suppress
from dataclasses import replace

from bot.actions import Unreadable, decode
from bot.conversation.interview.interview import Interview
from bot.conversation.reply import FormView, Reply
from bot.conversation.turn import plain
from bot.rendering.language.i18n import words_in
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from bot.telegram.api.client import Api
from bot.telegram.api.markup import MAX_TOAST
from bot.telegram.outbound.chat import TelegramChat
from bot.telegram.outbound.links import Links, open_form, see_private_chat
from bot.telegram.outbound.pressed import Pressed
from bot.telegram.outbound.reply_posts import ReplyMessages
from workflows.domain.text import Language
from workflows.ports.chat import ChatError, ChatGone, Dialect, Message, MessageId
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import StorageUnavailable


class GroupPressReplies:
    """Shows replies to presses in groups."""

    def __init__(
        self,
        *,
        api: Api,
        messages: ReplyMessages,
        interview: Interview,
        chat: TelegramChat,
        queries: Queries,
        links: Links,
    ) -> None:
        self._api = api
        self._messages = messages
        self._interview = interview
        self._chat = chat
        self._queries = queries
        self._links = links

    async def reply(self, press: Pressed, reply: Reply) -> None:
        """Stop the spinner, then show what there is to show; that may take its time, or fail.

        A form that follows something done, as that of a task just claimed, begins in the private chat at once; the
        press that only opens a form leads there.
        """
        if isinstance(reply.dialog, FormView) and reply.toast is None:
            await self._lead_to_form(press, reply, self._links.to_form(reply.dialog))
        elif reply.dialog is not None or (reply.message is not None and not reply.closes_dialog):
            await self._reply_in_private(press, reply)
        else:
            toast = reply.toast or ""
            is_seen = not press.is_answered and await self._api.answer(press.query_id, toast, is_alert=reply.is_refusal)
            await press.order.wait_for_earlier()
            if reply.message is not None or (toast and not (is_seen and len(toast) <= MAX_TOAST)):
                await self._reply_here(press, reply)
        if reply.refreshed is not None and press.had_button:
            await self._messages.refresh(press.place, press.message_id, reply.refreshed)
        with suppress(ChatError, StorageUnavailable):
            await self._retire_copy(press)

    async def lead_in(self, query_id: str, language: Language) -> None:
        """Open the private chat for a stranger; when the link is refused, show the name of the bot."""
        if not await self._api.answer(query_id, url=self._links.start):
            way_in = phrase(Phrase.NOT_LINKED, language)
            await self._api.answer(query_id, f"{way_in} @{self._links.identity.username}", is_alert=True)

    async def _reply_here(self, press: Pressed, reply: Reply) -> None:
        """Post what a toast cannot show, or came too late for."""
        with suppress(ChatError, StorageUnavailable):
            if reply.message is not None and press.had_button:
                await self._messages.show_instead(press.place, press.message_id, reply.message)
            elif reply.message is not None:
                # A forged press would replace the text of a card that everybody reads.
                await self._post_to_presser(press, reply.message)
            else:
                await self._post_to_presser(press, plain(reply.toast or "", Dialect.INLINE_HTML))

    async def _lead_to_form(self, press: Pressed, reply: Reply, form: str) -> None:
        """Open the private chat at a form; where the link is refused or too late, send it in a message."""
        is_seen = not press.is_answered and await self._api.answer(
            press.query_id, reply.toast or "", is_alert=reply.is_refusal, url=form
        )
        await press.order.wait_for_earlier()
        if is_seen:
            return
        if not press.is_answered:
            await self._api.answer(press.query_id)
        with suppress(ChatError, StorageUnavailable):
            await self._post_to_presser(press, open_form(reply.language, form))

    async def _reply_in_private(self, press: Pressed, reply: Reply) -> None:
        """Reply in the presser's private chat; show the way to it when it is closed or was never opened."""
        sending = asyncio.create_task(self._send_in_private(press, reply), name=f"telegram private {press.query_id}")
        try:
            await asyncio.wait({sending}, timeout=max(press.due - asyncio.get_running_loop().time(), 0.0))
            failure = sending.exception() if sending.done() else None
            is_explained = not press.is_answered and await self._stop_spinner(press, reply, failure)
            with suppress(ChatError, StorageUnavailable):
                try:
                    await sending
                except ChatGone:
                    if not is_explained:
                        await self._messages.post(press.place, self._way_in(reply), under=press.message_id)
                except StorageUnavailable:
                    if not is_explained:
                        away = phrase(Phrase.STORAGE_UNAVAILABLE, reply.language)
                        await self._post_to_presser(press, plain(away, Dialect.INLINE_HTML))
        finally:
            # At the end of the program nobody waits for it any more.
            sending.cancel()

    async def _stop_spinner(self, press: Pressed, reply: Reply, failure: BaseException | None) -> bool:
        """Stop the spinner, saying where the reply is or why it cannot be posted; True when it explained a failure."""
        match failure:
            case ChatGone():
                return await self._api.answer(press.query_id, url=self._links.to_reply(reply))
            case StorageUnavailable():
                away = phrase(Phrase.STORAGE_UNAVAILABLE, reply.language)
                return await self._api.answer(press.query_id, away, is_alert=True)
        see = words_in(reply.language).gettext("See our private chat.")
        toast = f"{reply.toast} {see}" if reply.toast and isinstance(reply.dialog, FormView) else reply.toast or see
        await self._api.answer(press.query_id, toast, is_alert=reply.is_refusal)
        return False

    def _way_in(self, reply: Reply) -> Message:
        link = self._links.to_reply(reply)
        is_form = isinstance(reply.dialog, FormView)
        return open_form(reply.language, link) if is_form else see_private_chat(reply.language, link)

    async def _send_in_private(self, press: Pressed, reply: Reply) -> None:
        await press.order.wait_for_earlier()
        incoming = replace(press.incoming, chat=press.private.address, group_title=None)
        shown = await self._interview.present(incoming, reply)
        if shown.message is not None:
            await self._messages.post(press.private, shown.message)

    async def _post_to_presser(self, press: Pressed, message: Message) -> None:
        """Post a message to the presser, in the group when their private chat is closed."""
        try:
            await self._messages.post(press.private, message)
        except ChatGone:
            await self._messages.post(press.place, message, under=press.message_id)

    async def _retire_copy(self, press: Pressed) -> None:
        """Take the buttons from a copy of a card that is no longer kept current."""
        chat, message = press.incoming.chat, MessageId(str(press.message_id))
        if self._chat.case_of([chat], message) is not None:
            return
        try:
            action = decode(press.action)
        except Unreadable:
            return
        shown = await self._queries.shown_card(action.task_id, chat) if action.is_about_a_task else None
        if shown is None or shown.message_id == message:
            return
        if await self._queries.case_of_message(chat, message) is None:
            await self._api.remove_buttons(press.place, press.message_id)
