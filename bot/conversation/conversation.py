"""The conversation with everybody: identify the person and their language, run the turn, put errors into words."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from bot.actions import Unreadable, decode
from bot.conversation import router
from bot.conversation.commands.strangers import reply_to_stranger
from bot.conversation.commands.vocabulary import Word
from bot.conversation.incoming import (
    Asker,
    Attached,
    Commented,
    Followed,
    FormRead,
    Incoming,
    Intent,
    Invited,
    ListRead,
    Press,
    PreviewRead,
    QueueRead,
    Reading,
    RowsRead,
    Said,
    TasksRead,
)
from bot.conversation.list_places import list_of, read_of
from bot.conversation.refusals import refusal_of, refusal_reply
from bot.conversation.reply import HomeView, Reply, ReplyKind
from bot.conversation.turn import Turn, plain
from bot.rendering.markup.environment import Messages
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from workflows.domain import errors
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
from workflows.usecases.organising import CurrentOrganisation
from workflows.usecases.people import People
from workflows.usecases.running_processes import Definitions
from workflows.usecases.sign_ins import SignIns

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
        organisation: CurrentOrganisation,
        definitions: Definitions,
        messages: Messages,
        languages: ChosenLanguages,
        invitations: Invitations,
        sign_ins: SignIns,
        people: People,
        chats: Chats,
        ports: Mapping[str, ChatPort],
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self.messages = messages
        self._organisation = organisation
        self._definitions = definitions
        self._languages = languages
        self._invitations = invitations
        self._chats = chats
        self._clock = clock
        self._turn = partial(
            Turn,
            zone=zone,
            messages=messages,
            languages=languages,
            handler=handler,
            queries=queries,
            definitions=definitions,
            chats=chats,
            ports=ports,
            invitations=invitations,
            sign_ins=sign_ins,
            people=people,
        )

    async def handle(self, incoming: Incoming) -> Reply:
        """Reply to one update."""
        reply = await self._reply(incoming, incoming.intent, update=incoming)
        if isinstance(incoming.intent, Press) and not reply.is_repeated:
            reply = replace(reply, refreshed=await self._list_around(incoming, incoming.intent))
        return _in_words(incoming, reply) if isinstance(incoming.intent, _TYPED) else reply

    async def form(self, asker: Asker, key: str) -> Reply:
        """Return a form with its draft, as a reply whose dialog is the `FormView`; else a refusal."""
        return await self._reply(asker, FormRead(form=key))

    async def foresee(self, asker: Asker, read: PreviewRead) -> Reply:
        """Return what a form would send, as a reply whose dialog is the `PreviewView`; else what is missing."""
        return await self._reply(asker, read)

    async def pasted(self, asker: Asker, pasted: RowsRead) -> Reply:
        """Return a form with the rows of a pasted table, as a reply whose dialog is the `FormView`; else a refusal."""
        return await self._reply(asker, pasted)

    async def overview(self, asker: Asker) -> Message:
        """Return the active cases, what is late first; when they cannot be read, the reason."""
        reply = await self._reply(asker, ListRead(command=Word.STATUS))
        return reply.message or plain(reply.toast or "", asker.dialect)

    async def list_now(self, asker: Asker, read: ListRead) -> Message | None:
        """Return a list as it is now; None when it cannot be read."""
        return (await self._reply(asker, read)).message

    async def home(self, asker: Asker) -> HomeView:
        """Return the home page of a person; a section that cannot be read contains the reason."""
        sections: list[Message] = []
        for page in (TasksRead(), QueueRead()):
            reply = await self._reply(asker, page)
            sections.append(reply.message or plain(reply.toast or "", asker.dialect))
        person, organisation = asker.person, self._organisation.now
        opens = person in organisation.people and any(
            person is not None and may_open(each, organisation, person) for each in self._definitions.current()
        )
        return HomeView(opens_cases=opens, sections=tuple(sections), language=await self.language_of(asker))

    async def language_of(self, asker: Asker) -> Language:
        """Return the language that the person has chosen, else that of the asker."""
        if asker.person is None:
            return asker.language
        return await self._languages.of(asker.person, asker.language)

    async def _reply(self, asker: Asker, intent: Intent | Reading, *, update: Incoming | None = None) -> Reply:
        """Reply to what the asker did, or reads (*update* is None); an error becomes a sentence."""
        language = asker.language
        try:
            person = None if asker.person is None else self._organisation.now.people.get(asker.person)
            if person is None:
                reply = await self._stranger(asker, update)
            else:
                language = await self._languages.of(person.id, asker.language)
                turn = self._turn(
                    asker=asker,
                    update_id=None if update is None else update.update_id,
                    message_id=None if update is None else update.message,
                    person=person,
                    organisation=self._organisation.now,
                    language=language,
                    now=self._clock.now(),
                )
                try:
                    reply = await router.route(turn, intent)
                except AlreadyReceived:
                    reply = Reply(kind=ReplyKind.REPEATED)
                except errors.Refusal as refusal:
                    ids = _ids(asker, update)
                    _log.info("A command was refused.", action="conversation_refused", code=refusal.code, **ids)
                    reply = await _refused(turn, intent, refusal)
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

    async def _list_around(self, asker: Asker, press: Press) -> Message | None:
        """Return the list that the pressed button stands in, as it is after the press; None for one elsewhere."""
        try:
            place = list_of(decode(press.action), asker)
        except Unreadable:
            return None
        inside = read_of(press.inside)
        if inside is not None:
            place = inside, asker
        if place is None or asker.person not in self._organisation.now.people:
            return None
        read, owner = place
        return (await self._reply(owner, read)).message

    async def _stranger(self, asker: Asker, update: Incoming | None) -> Reply:
        if update is None:
            return refusal_reply(phrase(Phrase.NOT_LINKED, asker.language))
        reply = await reply_to_stranger(update, self._invitations, self.messages)
        if not reply.is_refusal:
            # A redeemed invitation is committed, even when it cannot be read back at once.
            with suppress(StorageUnavailable):
                await self._chats.refresh()
        return reply


async def _refused(turn: Turn, intent: Intent | Reading, refusal: errors.Refusal) -> Reply:
    """Return why a command was refused; a reason that was missing may still be given."""
    action = router.action_of(intent)
    reply = await refusal_of(turn, refusal, router.case_meant(intent, action), action)
    return replace(reply, kind=ReplyKind.MENDABLE) if isinstance(refusal, errors.ReasonRequired) else reply


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
