"""The conversation with everybody: identify the person and their language, run the turn, put errors into words."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from zoneinfo import ZoneInfo

import structlog

from bot.actions import Unreadable
from bot.conversation import router
from bot.conversation.commands import task_lists
from bot.conversation.commands.strangers import reply_to_stranger
from bot.conversation.commands.vocabulary import Word
from bot.conversation.forms import form_dialog
from bot.conversation.incoming import (
    Asker,
    Attached,
    Commented,
    Followed,
    Incoming,
    Invited,
    Said,
)
from bot.conversation.refusals import refusal_of, refusal_reply
from bot.conversation.reply import HomeView, Reply, ReplyKind
from bot.conversation.turn import Turn, plain
from bot.rendering.environment import Messages
from bot.rendering.phrases import Phrase, phrase
from workflows.domain import errors
from workflows.domain.people import Organisation, Person
from workflows.domain.permissions import may_open
from workflows.domain.text import Language
from workflows.ports.chat import ChatPort, Message
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import AlreadyReceived, StorageUnavailable
from workflows.usecases.chats import Chats
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.invitations import Invitations
from workflows.usecases.languages import ChosenLanguages
from workflows.usecases.running_processes import Definitions

_log = structlog.get_logger(__name__)

_TYPED = (Said, Followed, Invited, Commented, Attached)
"""What people do without a button that could show a toast."""


class Conversation:
    """Replies to updates of any chat, rendered with `messages`. No update makes it raise."""

    def __init__(
        self,
        *,
        handler: CommandHandler,
        queries: Queries,
        organisation: Organisation,
        definitions: Definitions,
        messages: Messages,
        languages: ChosenLanguages,
        invitations: Invitations,
        chats: Chats,
        ports: Mapping[str, ChatPort],
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._handler = handler
        self._queries = queries
        self._organisation = organisation
        self._definitions = definitions
        self.messages = messages
        self._languages = languages
        self._invitations = invitations
        self._chats = chats
        self._ports = ports
        self._clock = clock
        self._zone = zone

    async def handle(self, incoming: Incoming) -> Reply:
        """Reply to one update."""

        async def work(turn: Turn) -> Reply:
            try:
                return await router.route(turn, incoming.intent)
            except AlreadyReceived:
                return Reply(kind=ReplyKind.REPEATED)
            except errors.Refusal as refusal:
                ids = _ids(incoming, incoming)
                _log.info("A command was refused.", action="conversation_refused", code=refusal.code, **ids)
                action = router.action_of(incoming.intent)
                reply = await refusal_of(turn, refusal, router.case_meant(incoming.intent, action), action)
                return replace(reply, kind=ReplyKind.MENDABLE) if isinstance(refusal, errors.ReasonRequired) else reply

        reply = await self._reply(incoming, work, update=incoming)
        return _in_words(incoming, reply) if isinstance(incoming.intent, _TYPED) else reply

    async def form(self, asker: Asker, key: str) -> Reply:
        """Return a form with its draft, as a reply whose dialog is the `FormView`; else a refusal."""

        async def work(turn: Turn) -> Reply:
            try:
                return await form_dialog.read(turn, key)
            except errors.Refusal as refusal:
                return await refusal_of(turn, refusal, router.case_of_form(key), None)

        return await self._reply(asker, work)

    async def home(self, asker: Asker) -> HomeView:
        """Return the home page of a person; a section that cannot be read contains the reason."""
        sections: list[Message] = []
        for page in (task_lists.my_tasks, task_lists.queue):
            reply = await self._reply(asker, lambda turn, page=page: page(turn, ""))  # type: ignore[misc]
            sections.append(reply.message or plain(reply.toast or "", asker.dialect))
        person = self._person_of(asker)
        opens = person is not None and any(
            may_open(definition, self._organisation, person.id) for definition in self._definitions.current()
        )
        return HomeView(opens_cases=opens, sections=tuple(sections), language=await self.language_of(asker))

    async def language_of(self, asker: Asker) -> Language:
        """Return the language that the person has chosen, else that of the asker."""
        if asker.person is None:
            return asker.language
        return await self._languages.of(asker.person, asker.language)

    def _person_of(self, asker: Asker) -> Person | None:
        return None if asker.person is None else self._organisation.people.get(asker.person)

    async def _reply(
        self, asker: Asker, work: Callable[[Turn], Awaitable[Reply]], *, update: Incoming | None = None
    ) -> Reply:
        """Run *work* for the asker; an error becomes a sentence. *update* is None when somebody merely reads."""
        language = asker.language
        try:
            person = self._person_of(asker)
            if person is None:
                reply = await self._stranger(asker, update)
            else:
                language = await self._languages.of(person.id, asker.language)
                reply = await work(self._turn(asker, person, language, update))
                # The update may have changed the language.
                language = await self._languages.of(person.id, asker.language)
        except Unreadable:
            style = self.messages.style(asker.dialect)
            reply = refusal_reply(phrase(Phrase.UNKNOWN_BUTTON, language, my=style.command(Word.MY)))
        except StorageUnavailable as problem:
            ids = _ids(asker, update)
            _log.warning("The database is unavailable.", action="conversation_unavailable", reason=str(problem), **ids)
            reply = Reply(kind=ReplyKind.MENDABLE, toast=phrase(Phrase.STORAGE_UNAVAILABLE, language))
        except Exception:
            # The outermost guard: one bad update must not end the process or leave a spinner hanging.
            _log.exception("An update could not be handled.", action="conversation_failed", **_ids(asker, update))
            reply = refusal_reply(phrase(Phrase.SOMETHING_FAILED, language))
        return replace(reply, language=language)

    async def _stranger(self, asker: Asker, update: Incoming | None) -> Reply:
        if update is None:
            return refusal_reply(phrase(Phrase.NOT_LINKED, asker.language))
        reply = await reply_to_stranger(update, self._invitations, self.messages)
        if update.account is not None:
            # A redeemed invitation is committed, even when it cannot be read back at once.
            with suppress(StorageUnavailable):
                await self._chats.refresh()
        return reply

    def _turn(self, asker: Asker, person: Person, language: Language, update: Incoming | None) -> Turn:
        return Turn(
            asker=asker,
            update_id=None if update is None else update.update_id,
            message_id=None if update is None else update.message,
            person=person,
            language=language,
            now=self._clock.now(),
            zone=self._zone,
            messages=self.messages,
            languages=self._languages,
            handler=self._handler,
            queries=self._queries,
            organisation=self._organisation,
            definitions=self._definitions,
            chats=self._chats,
            ports=self._ports,
            invitations=self._invitations,
        )


def _ids(asker: Asker, update: Incoming | None) -> dict[str, object]:
    """Return what may be logged: ids, never words."""
    ids: dict[str, object] = {}
    if asker.person is not None:
        ids["person_id"] = asker.person
    if update is not None:
        ids |= {"update_id": update.update_id, "intent": type(update.intent).__name__}
        with suppress(Unreadable):
            case_id = router.case_meant(update.intent, router.action_of(update.intent))
            if case_id is not None:
                ids["case_id"] = case_id
    return ids


def _in_words(incoming: Incoming, reply: Reply) -> Reply:
    """Return a reply whose toast, which needs a button, is a message instead."""
    if reply.toast is None or reply.message is not None:
        return reply
    return replace(reply, toast=None, message=plain(reply.toast, incoming.dialect))
