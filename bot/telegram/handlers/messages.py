"""What people type and send: commands, answers to questions, what is said about a case."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import structlog
from aiogram import Bot
from aiogram.types import Message, Update, User

from bot.conversation.case_of_message import case_answered
from bot.conversation.incoming import Intent
from bot.conversation.turn import correction, plain
from bot.remembered import Remembered
from bot.rendering.phrases import Phrase, file_not_kept, phrase
from bot.telegram.api.addresses import Place, place_of
from bot.telegram.api.client import Api
from bot.telegram.api.identity import Identity
from bot.telegram.api.pace import Urgency
from bot.telegram.api.turns import committed
from bot.telegram.handlers import receive
from bot.telegram.handlers.files import NOT_KEPT, Files
from bot.telegram.handlers.receive import Kind
from bot.telegram.handlers.reception import Reception
from bot.telegram.outbound.replies import Replies
from workflows.domain.events import CommentAdded
from workflows.domain.ids import CaseId, FileId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatError, MessageId
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import StorageUnavailable

FRESH = timedelta(seconds=10)
"""How old a message of ours may be to be answered before it is recorded."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Handles messages.

    `told` are the chats whose anonymous administrators know that they are not heard, `led` the strangers in groups
    (chat, account) who were shown the way in, `edited` the form of which somebody was told that edits change no answer,
    `words` what a comment (chat, message) says by now.
    """

    reception: Reception
    replies: Replies
    api: Api
    bot: Bot
    queries: Queries
    files: Files
    identity: Identity
    told: set[int] = field(default_factory=set)
    led: Remembered[tuple[int, int], None] = field(default_factory=Remembered)
    edited: Remembered[int, str] = field(default_factory=Remembered)
    words: Remembered[tuple[int, int], str] = field(default_factory=Remembered)

    async def heard(self, message: Message, update: Update, *, is_correction: bool) -> None:
        """Reply to a message, or its new words; talk in groups that is not meant for us is left alone."""
        if receive.kind_of(message) is Kind.SERVICE or message.is_automatic_forward:
            return
        if receive.is_for_another_bot(message, self.identity.username):
            return
        try:
            if message.sender_chat is not None:
                await self._ask_for_name(message)
            elif message.from_user is not None and not message.from_user.is_bot:
                await self._answer(message, update, message.from_user, is_correction=is_correction)
        except StorageUnavailable as problem:
            log.warning(
                "The database did not answer",
                action="telegram_unavailable",
                update_id=update.update_id,
                reason=str(problem),
            )
            await self._tell(message, partial(phrase, Phrase.STORAGE_UNAVAILABLE))

    async def _answer(self, message: Message, update: Update, sender: User, *, is_correction: bool) -> None:
        person = self.reception.person_of(sender)
        if person is None and receive.place_of_message(message).is_group:
            if self._is_command(message) or self._is_answer_to_us(message):
                await self._lead_in(message, sender)
            return
        place, case_id = await self._meant(message, is_correction=is_correction)
        if case_id is None and is_correction and not place.is_group and person is not None:
            await self._tell_of_edits(message, update, person)
        if case_id is None and (is_correction or (place.is_group and not self._is_command(message))):
            return
        intent: Intent | None = receive.said(message)
        if person is not None and case_id is not None:
            if is_correction and await self._says_the_same(message, case_id, person):
                return
            intent = await self._comment(message, case_id, person, is_correction=is_correction)
        elif person is not None:
            intent = await self._sent(message, person)
        if intent is None:
            return
        incoming = receive.incoming(
            update.update_id,
            message,
            intent,
            person=person,
            language=self.reception.language_of(sender),
            is_said=case_id is not None,
        )
        incoming = replace(incoming, chat=place.address)
        reply = await self.reception.handle(incoming, sender)
        if case_id is not None and not reply.is_refusal:
            self.words[message.chat.id, message.message_id] = receive.words_of(message)
        try:
            await self.replies.to_message(message.message_id, incoming, reply, Place(sender.id))
        except ChatError as error:
            log.warning("An answer could not be sent.", action="telegram_reply_failed", code=error.code)

    async def _meant(self, message: Message, *, is_correction: bool) -> tuple[Place, CaseId | None]:
        """Return the case that a message is about, and the chat in which the case is shown there."""
        place = receive.place_of_message(message)
        if self._is_command(message):
            return place, None
        bound = self.reception.bound(place.chat_id)
        topics = self.reception.chat.topics
        if place.topic is not None:
            case_id = await topics.case_in(place)
            if case_id is not None:
                return place_of(bound[0]) if bound else place, case_id
        answered = message.reply_to_message
        if answered is None or not self._is_answer_to_us(message):
            return place, None
        chats, ours = [place.address, *bound], MessageId(str(answered.message_id))
        found = self.reception.chat.case_of(chats, ours)
        if found is None:
            # In private mostly the question of a form is answered so: nobody waits for a record that never comes.
            is_fresh = place.is_group and not is_correction and message.date - answered.date < FRESH
            found = await case_answered(self.queries, chats, ours, is_fresh=is_fresh)
        return (place, None) if found is None else (place_of(found[0]), found[1])

    async def _comment(
        self, message: Message, case_id: CaseId, person: PersonId, *, is_correction: bool
    ) -> Intent | None:
        """Return what was said about a case; what cannot be kept is told, and None when nothing is left."""
        files: tuple[FileId, ...] = ()
        if not is_correction:
            has_words = bool(receive.words_of(message))
            file = await self._kept(message, person, is_all=not has_words)
            files = () if file is None else (file,)
            if receive.kind_of(message) is Kind.NOT_KEPT:
                await self._tell(message, partial(phrase, Phrase.KIND_NOT_KEPT), is_all=not has_words)
        if not files and not receive.words_of(message):
            return None
        return receive.commented(message, case_id, files, is_correction=is_correction)

    async def _says_the_same(self, message: Message, case_id: CaseId, person: PersonId) -> bool:
        """Whether an edit left the words as they were: the platform tells of edits also when a preview appears."""
        words, known = receive.words_of(message), self.words.get((message.chat.id, message.message_id))
        if known is not None:
            return words == known
        said = [event for event in await self.queries.history(case_id) if isinstance(event, CommentAdded)]
        last = next((event.text for event in reversed(said) if event.by == person), "")
        return last in (words, *(correction(words, language) for language in Language))

    async def _sent(self, message: Message, person: PersonId) -> Intent | None:
        """Return what was sent to the assistant; None for what it does not take, which is told."""
        sent = receive.sent_file(message)
        if receive.kind_of(message) is Kind.NOT_KEPT:
            await self._tell(message, partial(phrase, Phrase.KIND_NOT_TAKEN))
            return None
        if sent is None:
            return receive.said(message)
        file = await self._kept(message, person, is_all=True)
        return None if file is None else receive.attached(message, file, sent.name)

    async def _kept(self, message: Message, person: PersonId, *, is_all: bool) -> FileId | None:
        """Keep the file of a message; one that cannot be kept is told, and *is_all* tells that nothing else is kept."""
        sent = receive.sent_file(message)
        if sent is None:
            return None
        try:
            return (await self.files.keep(sent, by=person)).id
        except NOT_KEPT as problem:
            await self._tell(message, partial(file_not_kept, problem, sent.name), is_all=is_all)
            return None

    async def _lead_in(self, message: Message, sender: User) -> None:
        """Show a stranger in a group the way into the private chat, once; nothing of any case is said there."""
        if (message.chat.id, sender.id) in self.led:
            return
        self.led[message.chat.id, sender.id] = None
        await committed()
        place, language = receive.place_of_message(message), self.reception.language_of(sender)
        try:
            await self.replies.to_stranger(place, message.message_id, language)
        except ChatError as error:
            log.warning("An answer could not be sent.", action="telegram_reply_failed", code=error.code)

    async def _tell_of_edits(self, message: Message, update: Update, person: PersonId) -> None:
        """Tell somebody who edits an answer how answers are changed, once for each form."""
        said, language = receive.said(message), self.reception.language_of(message.from_user)
        incoming = receive.incoming(update.update_id, message, said, person=person, language=language, is_said=False)
        form = await self.reception.interview.form_at(incoming)
        if form and self.edited.get(message.chat.id) != form and not self._is_command(message):
            self.edited[message.chat.id] = form
            await self._tell(message, partial(phrase, Phrase.EDIT_NOT_TAKEN))

    async def _ask_for_name(self, message: Message) -> None:
        """Tell an anonymous administrator once why nothing happens; what is not meant for us is left alone."""
        if message.chat.id in self.told:
            return
        _, case_id = await self._meant(message, is_correction=True)
        if case_id is not None or self._is_command(message):
            self.told.add(message.chat.id)
            await self._tell(message, partial(phrase, Phrase.ANONYMOUS))

    async def _tell(self, message: Message, said: Callable[[Language], str], *, is_all: bool = True) -> None:
        """Say a sentence under a message, in its writer's language; where that *is_all*, the update is done before."""
        if is_all:
            await committed()
        place, dialect = receive.place_of_message(message), self.reception.chat.dialect
        language = self.reception.chat.languages(place.address)[0]
        if place.is_group and message.sender_chat is None:
            language = self.reception.language_of(message.from_user)
        try:
            sentence = plain(said(language), dialect)
            await self.api.send(place, sentence, urgency=Urgency.ANSWER, reply_to=message.message_id)
        except ChatError as error:
            log.warning("An answer could not be sent.", action="telegram_reply_failed", code=error.code)

    def _is_command(self, message: Message) -> bool:
        return receive.is_command(message, self.identity.username)

    def _is_answer_to_us(self, message: Message) -> bool:
        """Whether a message answers one of ours; in a topic every message seems to answer the one that began it."""
        answered = message.reply_to_message
        if answered is None or answered.forum_topic_created is not None:
            return False
        by = answered.from_user
        # Where it is not told whose message it is, the record of ours decides.
        return by is None or by.id == self.bot.id or by.username == self.identity.username
