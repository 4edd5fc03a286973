"""Replies of the conversation as Telegram shows them: toasts, messages, links into the private chat."""

from contextlib import suppress
from dataclasses import replace

from bot.conversation.actions import Unreadable, decode
from bot.conversation.form_dialog import NewCaseForm, form_of
from bot.conversation.incoming import Incoming
from bot.conversation.interview import Interview
from bot.conversation.reply import FormView, Menu, Reply
from bot.conversation.screens import PREFIX
from bot.conversation.strangers import HELLO
from bot.telegram.addresses import PLATFORM, Place, place_of
from bot.telegram.api import Api
from bot.telegram.markup import MAX_TOAST
from bot.telegram.pace import Urgency
from workflows.ports.chat import Button, ChatAddress, ChatError, Message, MessageId, platform_of
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.directory import Directory


class Replies:
    """Shows replies; `username` is the bot's own, for links."""

    def __init__(
        self, *, api: Api, interview: Interview, directory: Directory, queries: Queries, username: str
    ) -> None:
        self._api = api
        self._queries = queries
        self._interview = interview
        self._directory = directory
        self._username = username

    def link(self, payload: str) -> str:
        """Answer the link that opens the private chat and carries something into it."""
        return f"https://t.me/{self._username}?start={payload}"

    async def to_press(
        self, query_id: str, message_id: int, incoming: Incoming, reply: Reply, *, is_answered: bool
    ) -> None:
        """Answer a press: the toast at once, the rest by messages."""
        place, private = place_of(incoming.chat), self._private(incoming)
        if incoming.person is None and place.is_group and not is_answered:
            await self._lead_in(query_id, reply)
            return
        url = self._form_link(reply) if place.is_group else None
        toast = reply.toast or ""
        goes_private = place.is_group and url is None and (reply.dialog is not None or reply.message is not None)
        screens = await self._interview.screens_for(incoming)
        if goes_private and not toast and not reply.closes_dialog:
            toast = screens.words.gettext("See our private chat.")
        was_late = is_answered
        if not is_answered:
            is_answered = await self._api.answer(query_id, toast, is_alert=reply.is_refusal, url=url)
            toast = toast if not is_answered or len(toast) > MAX_TOAST else ""
        # The spinner has stopped: whatever else there is to do may take its time, or fail.
        with suppress(ChatError, StorageUnavailable):
            await self._retire_copy(incoming, message_id)
        with suppress(ChatError, StorageUnavailable):
            shown = await self._for_private(incoming, reply, private) if goes_private else reply
            await self._show(incoming, message_id, shown, private)
            if (toast or (url and (was_late or not is_answered))) and shown.message is None:
                link = Button(label=screens.words.gettext("Open the form"), url=url) if url else None
                said = screens.sentence(toast or screens.words.gettext("Forms are filled in our private chat."))
                said = replace(said, buttons=((link,),) if link else ())
                await self._api.send(place_of(private or incoming.chat), said, urgency=Urgency.ANSWER)

    async def _lead_in(self, query_id: str, reply: Reply) -> None:
        """Take a stranger from a group to the private chat; where the link is refused, tell whom to write to."""
        if not await self._api.answer(query_id, url=self.link(HELLO)):
            await self._api.answer(query_id, f"{reply.toast or ''} @{self._username}", is_alert=True)

    async def to_message(self, message_id: int, incoming: Incoming, reply: Reply) -> None:
        """Answer what was typed, under it in a group."""
        place = place_of(incoming.chat)
        said = await self._in_words(incoming, reply)
        if said is not None:
            under = message_id if place.is_group else None
            await self._api.send(place, said, urgency=Urgency.ANSWER, reply_to=under)

    async def _in_words(self, incoming: Incoming, reply: Reply) -> Message | None:
        screens = await self._interview.screens_for(incoming)
        if isinstance(reply.dialog, FormView):
            button = Button(label=screens.words.gettext("Open the form"), url=self._form_link(reply))
            sentence = screens.words.gettext("Forms are filled in our private chat.")
            return replace(screens.sentence(sentence), buttons=((button,),))
        if isinstance(reply.dialog, Menu):
            return screens.menu(reply.dialog)
        if reply.message is not None:
            return reply.message
        if reply.toast is None:
            return None
        said = screens.sentence(reply.toast)
        if incoming.person is None and incoming.room is not None:
            button = Button(label=screens.words.gettext("Open the private chat"), url=self.link(HELLO))
            return replace(said, buttons=((button,),))
        return said

    async def _for_private(self, incoming: Incoming, reply: Reply, private: ChatAddress | None) -> Reply:
        """Turn a dialog that was opened from a group into a message for the private chat."""
        if private is None or reply.dialog is None:
            return reply
        return await self._interview.present(replace(incoming, chat=private, room=None), reply)

    async def _show(self, incoming: Incoming, message_id: int, reply: Reply, private: ChatAddress | None) -> None:
        if reply.message is None:
            return
        place = place_of(incoming.chat)
        is_screen = not place.is_group and _action(incoming).startswith(PREFIX)
        if is_screen or (reply.closes_dialog and reply.dialog is None):
            try:
                await self._api.edit(place, message_id, reply.message, urgency=Urgency.ANSWER)
            except ChatError:
                await self._api.send(place, reply.message, urgency=Urgency.ANSWER)
            return
        to = Place(place.chat_id, place.topic) if not place.is_group or private is None else place_of(private)
        await self._api.send(to, reply.message, urgency=Urgency.ANSWER)

    async def _retire_copy(self, incoming: Incoming, message_id: int) -> None:
        """Take the buttons from a copy of a card that is no longer kept current."""
        place = place_of(incoming.chat)
        action = _action(incoming)
        if not place.is_group or not _is_about_a_task(action):
            return
        shown = await self._queries.shown_card(decode(action).task_id, incoming.chat)
        if shown is not None and shown.message_id != str(message_id):
            case_id = await self._queries.case_of_message(incoming.chat, MessageId(str(message_id)))
            if case_id is None:
                await self._api.take_buttons(place, message_id)

    def _form_link(self, reply: Reply) -> str | None:
        if not isinstance(reply.dialog, FormView):
            return None
        form = form_of(reply.dialog.form)
        if isinstance(form, NewCaseForm):
            return self.link("new")
        return self.link(f"task_{form.task_id.replace('.', '-')}")

    def _private(self, incoming: Incoming) -> ChatAddress | None:
        if incoming.person is None:
            return None
        chats = self._directory.of_person(incoming.person)
        return next((chat for chat in chats if platform_of(chat) == PLATFORM), None)


def _is_about_a_task(action: str) -> bool:
    try:
        return decode(action).is_about_a_task
    except Unreadable:
        return False


def _action(incoming: Incoming) -> str:
    return getattr(incoming.intent, "action", "")
