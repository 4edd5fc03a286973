"""Replies to what people type and send: in the chat, or in private what is for the writer alone."""

from bot.conversation.incoming import Incoming
from bot.conversation.interview.interview import Interview
from bot.conversation.interview.screens import aside_screens
from bot.conversation.reply import FormView, Menu, Reply, ReplyKind
from bot.conversation.turn import plain
from bot.rendering.language.i18n import words_in
from bot.telegram.api.addresses import Place, place_of
from bot.telegram.outbound.links import Links, open_form, see_private_chat, with_button
from bot.telegram.outbound.reply_order import UpdateOrder
from bot.telegram.outbound.reply_posts import ReplyMessages
from workflows.domain.text import Language
from workflows.ports.chat import ChatGone, Dialect, Message


class MessageReplies:
    """Posts replies to messages; every method raises ChatError or StorageUnavailable."""

    def __init__(self, *, messages: ReplyMessages, interview: Interview, links: Links) -> None:
        self._messages = messages
        self._interview = interview
        self._links = links

    async def reply(
        self, message_id: int, incoming: Incoming, reply: Reply, *, private: Place, order: UpdateOrder
    ) -> None:
        """Post a reply under a message of a group, or in a private chat; *private* is the writer's own."""
        await order.wait_for_earlier()
        place = place_of(incoming.chat)
        message = await self._in_words(incoming, reply)
        if message is None:
            return
        if not place.is_group:
            await self._messages.post(place, message)
            if reply.below is not None:
                await self._messages.post(place, reply.below)
        elif reply.kind is ReplyKind.PERSONAL:
            await self._post_apart(private, message, place=place, under=message_id, language=reply.language)
        elif self._messages.is_full(place):
            await self._post_elsewhere(private, message, place=place, under=message_id)
        else:
            await self._messages.post(place, message, under=message_id)

    async def mark_kept(self, place: Place, message_id: int) -> None:
        """Show whoever wrote a message that it was kept."""
        await self._messages.mark_kept(place, message_id)

    async def lead_in(self, place: Place, message_id: int, language: Language) -> None:
        """Show the way into the private chat under a stranger's message in a group."""
        await self._messages.post(place, see_private_chat(language, self._links.start), under=message_id)

    async def post_sentence(self, place: Place, message_id: int, sentence: str) -> None:
        """Post a plain sentence under a message."""
        await self._messages.post(place, plain(sentence, Dialect.INLINE_HTML), under=message_id)

    async def _post_apart(
        self, private: Place, message: Message, *, place: Place, under: int, language: Language
    ) -> None:
        """Post a message in the private chat, and in the group only where it is."""
        try:
            await self._messages.post(private, message)
        except ChatGone:
            await self._messages.post(place, see_private_chat(language, self._links.my_tasks), under=under)
            return
        words = words_in(language)
        label = words.gettext("Open the private chat")
        here = with_button(words.gettext("See our private chat."), label, self._links.chat)
        await self._messages.post(place, here, under=under)

    async def _post_elsewhere(self, private: Place, message: Message, *, place: Place, under: int) -> None:
        """Post what a group takes no more in this minute in the private chat, or there when that is closed."""
        try:
            await self._messages.post(private, message)
        except ChatGone:
            await self._messages.post(place, message, under=under)

    async def _in_words(self, incoming: Incoming, reply: Reply) -> Message | None:
        """Return a reply as a message; None when there is nothing to show."""
        if isinstance(reply.dialog, FormView):
            return open_form(reply.language, self._links.to_form(reply.dialog))
        if isinstance(reply.dialog, Menu):
            return aside_screens.menu(await self._interview.screens_for(incoming), reply.dialog)
        if reply.message is not None or reply.toast is None:
            return reply.message
        return plain(reply.toast, Dialect.INLINE_HTML)
