"""Replies of the conversation as Telegram shows them: toasts, messages, links into the private chat."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.actions import Action, Unreadable, Verb, decode
from bot.conversation.forms.form_key import NewCaseForm, form_of
from bot.conversation.incoming import Incoming, Press
from bot.conversation.interview import aside_screens
from bot.conversation.interview.interview import Interview
from bot.conversation.interview.moves import is_move
from bot.conversation.interview.screens import Screens
from bot.conversation.reply import FormView, Menu, Reply, ReplyKind
from bot.conversation.turn import plain
from bot.remembered import Remembered
from bot.rendering.i18n import words_in
from bot.rendering.phrases import Phrase, phrase
from bot.telegram.api import deep_links
from bot.telegram.api.addresses import Place, place_of
from bot.telegram.api.client import Api
from bot.telegram.api.identity import Identity
from bot.telegram.api.markup import MAX_TOAST, link_to, parts
from bot.telegram.api.pace import Urgency
from bot.telegram.api.turns import spoken
from bot.telegram.outbound.chat import TelegramChat
from workflows.domain.text import Language
from workflows.ports.chat import Button, ChatError, ChatGone, Dialect, Message, MessageId
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import StorageUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A press to be answered on a message; `private` is the presser's own private chat.

    `until` is when, by the loop's clock, the presser has waited long enough; `is_answered` tells that a word of comfort
    has stopped the spinner.
    """

    query_id: str
    message_id: int
    incoming: Incoming
    private: Place
    until: float
    is_answered: bool

    @property
    def place(self) -> Place:
        """Return where the message stands."""
        return place_of(self.incoming.chat)

    @property
    def action(self) -> str:
        """Return what the button carried."""
        return self.incoming.intent.action if isinstance(self.incoming.intent, Press) else ""


class Replies:
    """Shows replies; `posted` knows what was posted a moment ago."""

    def __init__(
        self, *, api: Api, interview: Interview, posted: TelegramChat, queries: Queries, identity: Identity
    ) -> None:
        self._api = api
        self._queries = queries
        self._interview = interview
        self._posted = posted
        self._identity = identity
        self._screens: Remembered[Place, int] = Remembered()

    def link(self, payload: str) -> str:
        """Return the link that opens the private chat and carries something into it."""
        return link_to(self._identity.username, payload)

    async def to_press(self, press: Pressed, reply: Reply) -> None:
        """Reply to a press: its spinner stops first; whatever else there is to do may take its time, or fail."""
        url = self._form_link(reply) if press.place.is_group else None
        if press.place.is_group and url is None and _is_for_the_presser(reply):
            await self._answer_in_private(press, reply)
        else:
            await self._answer_here(press, reply, url)
        with suppress(ChatError, StorageUnavailable):
            await self._retire_copy(press)

    async def lead_in(self, query_id: str, language: Language) -> None:
        """Take a stranger from a group to the private chat; where the link is refused, tell whom to write to."""
        if not await self._api.answer(query_id, url=self.link(deep_links.HELLO)):
            way_in = phrase(Phrase.NOT_LINKED, language)
            await self._api.answer(query_id, f"{way_in} @{self._identity.username}", is_alert=True)

    async def to_stranger(self, place: Place, message_id: int, language: Language) -> None:
        """Return what a stranger wrote in a group by the way into the private chat; raises ChatError."""
        await self._say(place, _way_in(language, self.link(deep_links.HELLO)), under=message_id)

    async def to_message(self, message_id: int, incoming: Incoming, reply: Reply, private: Place) -> None:
        """Return what was typed, under it in a group; what is for the writer alone in the *private* chat with them."""
        await spoken()
        place = place_of(incoming.chat)
        said = await self._in_words(incoming, reply)
        if said is not None and place.is_group and reply.kind is ReplyKind.PERSONAL:
            language = (await self._interview.screens_for(incoming)).language
            await self._say_apart(private, said, under=message_id, place=place, language=language)
        elif said is not None:
            await self._say(place, said, under=message_id if place.is_group else None)

    async def _say_apart(self, private: Place, said: Message, *, under: int, place: Place, language: Language) -> None:
        """Say something in the private chat, and in the group only where it was said."""
        words = words_in(language)
        try:
            await self._say(private, said)
        except ChatGone:
            await self._say(place, _way_in(language, self.link(deep_links.MY)), under=under)
            return
        button = Button(label=words.gettext("Open the private chat"), url=f"https://t.me/{self._identity.username}")
        here = plain(words.gettext("See our private chat."), Dialect.TELEGRAM)
        await self._say(place, replace(here, buttons=((button,),)), under=under)

    async def _answer_here(self, press: Pressed, reply: Reply, url: str | None) -> None:
        """Reply with a toast or a link; by a message where there is more to show, or it was too late for that."""
        toast = reply.toast or ""
        is_seen = not press.is_answered and await self._api.answer(
            press.query_id, toast, is_alert=reply.is_refusal, url=url
        )
        await spoken()
        with suppress(ChatError, StorageUnavailable):
            if reply.message is not None:
                await self._show(press, reply, reply.message)
                return
            if self._has_passed(press, reply):
                await self._api.take_buttons(press.place, press.message_id)
            screens = await self._interview.screens_for(press.incoming)
            if url is not None and not is_seen:
                if not press.is_answered:
                    await self._api.answer(press.query_id)
                button = Button(label=screens.words.gettext("Open the form"), url=url)
                said = screens.sentence(screens.words.gettext("Forms are filled in our private chat."))
                await self._tell(press, replace(said, buttons=((button,),)))
            elif toast and reply.closes_dialog and _is_of_a_menu(press):
                said = screens.sentence(toast)
                await self._api.edit(press.place, press.message_id, said, urgency=Urgency.ANSWER)
            elif toast and not (is_seen and len(toast) <= MAX_TOAST):
                await self._tell(press, screens.sentence(toast))

    async def _answer_in_private(self, press: Pressed, reply: Reply) -> None:
        """Say in the private chat what is for the presser alone; who has closed or never opened it is shown the way."""
        screens = await self._interview.screens_for(press.incoming)
        sending = asyncio.create_task(self._in_private(press, reply), name=f"telegram private {press.query_id}")
        try:
            await asyncio.wait({sending}, timeout=max(press.until - asyncio.get_running_loop().time(), 0.0))
            failure = sending.exception() if sending.done() else None
            is_told = not press.is_answered and await self._tell_where(press, reply, screens, failure)
            with suppress(ChatError, StorageUnavailable):
                try:
                    await sending
                except ChatGone:
                    if not is_told:
                        way_in = _way_in(screens.language, self._way_to(reply))
                        await self._say(press.place, way_in, under=press.message_id)
                except StorageUnavailable:
                    if not is_told:
                        away = phrase(Phrase.STORAGE_UNAVAILABLE, screens.language)
                        await self._tell(press, screens.sentence(away))
        finally:
            # At the end of the program nobody waits for it any more.
            sending.cancel()

    async def _tell_where(self, press: Pressed, reply: Reply, screens: Screens, failure: BaseException | None) -> bool:
        """Stop the spinner by telling where the answer is, or why it is not there; True when a failure was told."""
        match failure:
            case ChatGone():
                return await self._api.answer(press.query_id, url=self._way_to(reply))
            case StorageUnavailable():
                away = phrase(Phrase.STORAGE_UNAVAILABLE, screens.language)
                return await self._api.answer(press.query_id, away, is_alert=True)
        toast = reply.toast or screens.words.gettext("See our private chat.")
        await self._api.answer(press.query_id, toast, is_alert=reply.is_refusal)
        return False

    async def _in_private(self, press: Pressed, reply: Reply) -> None:
        await spoken()
        incoming = replace(press.incoming, chat=press.private.address, room=None)
        shown = await self._interview.present(incoming, reply)
        if shown.message is not None:
            await self._say(press.private, shown.message)

    async def _tell(self, press: Pressed, said: Message) -> None:
        """Say something to the presser, in the chat of the press when the private one is closed."""
        try:
            await self._say(press.private, said)
        except ChatGone:
            if press.place == press.private:
                raise
            await self._say(press.place, said, under=press.message_id)

    async def _show(self, press: Pressed, reply: Reply, message: Message) -> None:
        """Show the message of a reply instead of the screen that was pressed, or after it."""
        is_screen = not press.place.is_group and is_move(press.action)
        is_instead = is_screen or (reply.closes_dialog and reply.dialog is None)
        if is_instead and not self._has_passed(press, reply) and len(parts(message.text)) == 1:
            with suppress(ChatError):
                await self._api.edit(press.place, press.message_id, message, urgency=Urgency.ANSWER)
                self._note(press.place, press.message_id, message)
                return
        await self._say(press.place, message)
        if is_instead:
            await self._api.take_buttons(press.place, press.message_id)

    def _has_passed(self, press: Pressed, reply: Reply) -> bool:
        """Whether another message than the pressed one shows the current screen; a second tap presses the same one."""
        return reply.kind is ReplyKind.PAST and self._screens.get(press.place) != press.message_id

    def _note(self, place: Place, message_id: int, message: Message) -> None:
        """Remember which message shows the current screen."""
        if any(is_move(button.action) for row in message.buttons for button in row):
            self._screens[place] = message_id

    async def _say(self, place: Place, message: Message, *, under: int | None = None) -> None:
        """Say something; in private all of it, in as many messages as it takes, with the buttons under the last."""
        *before, last = [message.text] if place.is_group else parts(message.text)
        for text in before:
            await self._api.send(place, Message(text=text), urgency=Urgency.ANSWER)
        sent = await self._api.send(place, replace(message, text=last), urgency=Urgency.ANSWER, reply_to=under)
        self._note(place, int(sent), message)
        if message.files:
            await self._posted.attach(place, message.files, under=sent)

    async def _in_words(self, incoming: Incoming, reply: Reply) -> Message | None:
        screens = await self._interview.screens_for(incoming)
        if isinstance(reply.dialog, FormView):
            button = Button(label=screens.words.gettext("Open the form"), url=self._form_link(reply))
            sentence = screens.words.gettext("Forms are filled in our private chat.")
            return replace(screens.sentence(sentence), buttons=((button,),))
        if isinstance(reply.dialog, Menu):
            return aside_screens.menu(screens, reply.dialog)
        if reply.message is not None:
            return reply.message
        if reply.toast is None:
            return None
        return screens.sentence(reply.toast)

    async def _retire_copy(self, press: Pressed) -> None:
        """Take the buttons from a copy of a card that is no longer kept current."""
        action = _read(press.action)
        if not press.place.is_group or action is None or not action.is_about_a_task:
            return
        chat, message = press.incoming.chat, MessageId(str(press.message_id))
        if self._posted.case_of([chat], message) is not None:
            return
        shown = await self._queries.shown_card(action.task_id, chat)
        if shown is None or shown.message_id == message:
            return
        if await self._queries.case_of_message(chat, message) is None:
            await self._api.take_buttons(press.place, press.message_id)

    def _way_to(self, reply: Reply) -> str:
        """Return the link into the private chat that leads to the case of a reply, if it has one."""
        return self.link(deep_links.HELLO if reply.case_id is None else deep_links.to_case(reply.case_id))

    def _form_link(self, reply: Reply) -> str | None:
        if not isinstance(reply.dialog, FormView):
            return None
        form = form_of(reply.dialog.form)
        if not isinstance(form, NewCaseForm):
            return self.link(deep_links.to_task(form.task_id))
        return self.link(deep_links.to_new_case(form.process))


def _way_in(language: Language, way: str) -> Message:
    """Say in a group that the answer is to be had in the private chat."""
    words = words_in(language)
    said = words.gettext("The answer is for you alone: open our private chat and press Start.")
    button = Button(label=words.gettext("Open the private chat"), url=way)
    return replace(plain(said, Dialect.TELEGRAM), buttons=((button,),))


def _is_for_the_presser(reply: Reply) -> bool:
    """Whether a reply is said to the presser alone, rather than instead of the message that was pressed."""
    if reply.dialog is not None:
        return True
    return reply.message is not None and not reply.closes_dialog


def _is_of_a_menu(press: Pressed) -> bool:
    """Whether the pressed message is a menu that has done its work with one choice."""
    action = _read(press.action)
    return action is not None and action.verb is Verb.REASSIGN_TO and not press.place.is_group


def _read(action: str) -> Action | None:
    try:
        return decode(action)
    except Unreadable:
        return None
