"""From what a person did to the reply: who is it, what do they mean, what came of it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.actions import Action, Unreadable, Verb, decode
from bot.conversation.cases import case_pages
from bot.conversation.commands import chat_commands, dispatcher, new_case, own_account, task_lists
from bot.conversation.commands.help import show_help
from bot.conversation.commands.language import choose_language
from bot.conversation.commands.strangers import answer_stranger
from bot.conversation.commands.vocabulary import Word
from bot.conversation.forms import form_dialog
from bot.conversation.forms.form_key import TaskForm, form_of
from bot.conversation.incoming import (
    Answered,
    Asker,
    Attached,
    Commented,
    Followed,
    FormPreviewed,
    FormSaved,
    FormSent,
    Incoming,
    Invited,
    Press,
    Said,
)
from bot.conversation.refusals import present_state, refusal_sentence
from bot.conversation.reply import HomeView, Reply, ReplyKind
from bot.conversation.tasks import claims, task_actions
from bot.conversation.turn import Turn, correction, plain
from bot.rendering.environment import Messages
from bot.rendering.phrases import Phrase, phrase
from workflows.domain import errors
from workflows.domain.commands import AddComment
from workflows.domain.ids import CaseId, case_of
from workflows.domain.people import Organisation, Person
from workflows.domain.permissions import may_open
from workflows.domain.text import Language
from workflows.ports.chat import ChatPort, Message, Origin
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import AlreadyReceived, StorageUnavailable
from workflows.usecases.chats import Chats
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.invitations import Invitations
from workflows.usecases.languages import ChosenLanguages
from workflows.usecases.running_processes import Definitions

_log = structlog.get_logger(__name__)


class Conversation:
    """Replies to whatever people do, in any chat, with `messages`. Nothing it is given makes it raise."""

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
                return await _INTENTS[type(incoming.intent)](turn, incoming.intent)
            except AlreadyReceived:
                return Reply(kind=ReplyKind.REPEATED)
            except errors.Refusal as refusal:
                ids = _ids(incoming, incoming)
                _log.info("A command was refused", action="conversation_refused", code=refusal.code, **ids)
                action = _action_of(incoming)
                reply = await _refused(turn, refusal, _case_meant(incoming, action), action)
                return replace(reply, kind=ReplyKind.MENDABLE) if isinstance(refusal, errors.ReasonRequired) else reply

        return _in_chat(incoming, await self._replied(incoming, work, update=incoming))

    async def form(self, asker: Asker, key: str) -> Reply:
        """Read a form as it is now, with what has been typed into it; its dialog is the `FormView`, else a refusal."""

        async def work(turn: Turn) -> Reply:
            try:
                return await form_dialog.read(turn, key)
            except errors.Refusal as refusal:
                return await _refused(turn, refusal, _case_of_form(key), None)

        return await self._replied(asker, work)

    async def home(self, asker: Asker) -> HomeView:
        """Read what somebody finds when they look in; a section that cannot be read says why."""
        sections: list[Message] = []
        for page in (task_lists.my_tasks, task_lists.queue):
            reply = await self._replied(asker, lambda turn, page=page: page(turn, ""))  # type: ignore[misc]
            sections.append(reply.message or plain(reply.toast or "", asker.dialect))
        person = self._person_of(asker)
        opens = person is not None and any(
            may_open(definition, self._organisation, person.id) for definition in self._definitions.current()
        )
        return HomeView(opens_cases=opens, sections=tuple(sections), language=await self.language_of(asker))

    async def language_of(self, asker: Asker) -> Language:
        """Return the language that somebody reads."""
        if asker.person is None:
            return asker.language
        return await self._languages.of(asker.person, asker.language)

    def _person_of(self, asker: Asker) -> Person | None:
        return None if asker.person is None else self._organisation.people.get(asker.person)

    async def _replied(
        self, asker: Asker, work: Callable[[Turn], Awaitable[Reply]], *, update: Incoming | None = None
    ) -> Reply:
        """Have *work* done for whoever asks; what goes wrong becomes a sentence. *update* is None for mere reading."""
        ids = _ids(asker, update)
        language = asker.language
        try:
            person = self._person_of(asker)
            if person is None:
                reply = await self._stranger(asker, update)
            else:
                language = await self._languages.of(person.id, asker.language)
                reply = await work(self._turn(asker, person, language, update))
                # The update may have been the choice of another one.
                language = await self._languages.of(person.id, asker.language)
        except Unreadable:
            style = self.messages.style(asker.dialect)
            reply = _no(phrase(Phrase.UNKNOWN_BUTTON, language, my=style.command(Word.MY)))
        except StorageUnavailable as problem:
            _log.warning("The database did not answer", action="conversation_unavailable", reason=str(problem), **ids)
            reply = Reply(kind=ReplyKind.MENDABLE, toast=phrase(Phrase.STORAGE_UNAVAILABLE, language))
        except Exception:
            # The outermost guard: one bad update must not end the process or leave a spinner hanging.
            _log.exception("An update could not be handled", action="conversation_failed", **ids)
            reply = _no(phrase(Phrase.SOMETHING_FAILED, language))
        return replace(reply, language=language)

    async def _stranger(self, asker: Asker, update: Incoming | None) -> Reply:
        if update is None:
            return _no(phrase(Phrase.NOT_LINKED, asker.language))
        reply = await answer_stranger(update, self._invitations, self.messages)
        if update.account is not None:
            # An invitation that was redeemed stands, also when it cannot be read back at once.
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
            case_id = _case_meant(update, _action_of(update))
            if case_id is not None:
                ids["case_id"] = case_id
    return ids


def _no(sentence: str, case_id: CaseId | None = None) -> Reply:
    return Reply(kind=ReplyKind.REFUSED, toast=sentence, case_id=case_id)


def _in_chat(incoming: Incoming, reply: Reply) -> Reply:
    """Say in words what has no button to hang a toast on."""
    if reply.toast is None or reply.message is not None or not isinstance(incoming.intent, _TYPED):
        return reply
    return replace(reply, toast=None, message=plain(reply.toast, incoming.dialect))


async def _refused(turn: Turn, refusal: errors.Refusal, case_id: CaseId | None, action: Action | None) -> Reply:
    """Say why not; to somebody who pressed an old button also where the case stands now."""
    case = None if case_id is None else await turn.queries.case(case_id)
    if case is None:
        return _no(refusal_sentence(turn, refusal))
    try:
        sentence = refusal_sentence(turn, refusal, turn.definitions.of(case.process, case.version))
    except errors.ProcessUnreadable:
        return _no(refusal_sentence(turn, refusal), case.id)
    task = None if action is None or not action.is_about_a_task else case.tasks.get(action.task_id)
    if action is not None and task is not None and action.revision < task.revision:
        sentence = f"{sentence} {present_state(turn, case)}"
    return _no(sentence, case.id)


def _action_of(incoming: Incoming) -> Action | None:
    return decode(incoming.intent.action) if isinstance(incoming.intent, Press | Answered) else None


def _case_of_form(key: str) -> CaseId | None:
    form = form_of(key)
    return case_of(form.task_id) if isinstance(form, TaskForm) else None


def _case_meant(incoming: Incoming, action: Action | None) -> CaseId | None:
    intent = incoming.intent
    if action is not None:
        return case_of(action.task_id) if action.is_about_a_task else action.case_id if action.is_about_a_case else None
    if isinstance(intent, FormSaved | FormPreviewed | FormSent):
        return _case_of_form(intent.form)
    return intent.case_id if isinstance(intent, Commented) else None


async def _pressed(turn: Turn, pressed: Press | Followed) -> Reply:
    action = decode(pressed.action)
    return await _PRESSES[action.verb](turn, action)


async def _answered(turn: Turn, answered: Answered) -> Reply:
    action = decode(answered.action)
    if action.verb not in _ANSWERS:
        raise Unreadable("nothing was asked")
    return await _ANSWERS[action.verb](turn, action, answered)


async def _said(turn: Turn, said: Said) -> Reply:
    return await dispatcher.obey(turn, said.text)


async def _invited(turn: Turn, _invited: Invited) -> Reply:
    """Reply to somebody who is known already."""
    return await show_help(turn, "")


async def _commented(turn: Turn, commented: Commented) -> Reply:
    text = commented.text
    if commented.is_correction:
        text = correction(text, turn.language)
    command = AddComment(case_id=commented.case_id, text=text, files=commented.files)
    await turn.do(command, origin=Origin(chat=turn.asker.chat, message=turn.message_id))
    return Reply(case_id=commented.case_id)


async def _attached(turn: Turn, _attached: Attached) -> Reply:
    toast = turn.words.gettext("No question waits for a file now. To add it to a case, answer its card with the file.")
    return Reply(toast=toast, kind=ReplyKind.REFUSED)


_TYPED = (Said, Followed, Invited, Commented, Attached)
"""What people do without a button that could show a toast."""

_INTENTS: Mapping[type[Any], Callable[[Turn, Any], Awaitable[Reply]]] = {
    Press: _pressed,
    Said: _said,
    Followed: _pressed,
    Invited: _invited,
    Answered: _answered,
    FormSaved: form_dialog.save,
    FormPreviewed: form_dialog.preview,
    FormSent: form_dialog.send,
    Commented: _commented,
    Attached: _attached,
}

_PRESSES: Mapping[Verb, Callable[[Turn, Action], Awaitable[Reply]]] = {
    Verb.CLAIM: claims.claim,
    Verb.WORK: task_actions.work,
    Verb.RELEASE: task_actions.release,
    Verb.REASSIGN: task_actions.choose_assignee,
    Verb.REASSIGN_TO: task_actions.reassign,
    Verb.RETURN: task_actions.choose_return,
    Verb.RETURN_TO: task_actions.ask_why_returned,
    Verb.TICK: task_actions.tick,
    Verb.CASE: task_actions.show_case,
    Verb.RECORD: case_pages.show,
    Verb.CANCEL: task_actions.ask_why_cancelled,
    Verb.NEW: new_case.by_button,
    Verb.LANGUAGE: choose_language,
    Verb.COMMAND: dispatcher.by_button,
    Verb.BIND: chat_commands.bind_chosen,
    Verb.INVITE: chat_commands.invite_chosen,
    Verb.UNLINK: own_account.unlink,
}

_ANSWERS: Mapping[Verb, Callable[[Turn, Action, Answered], Awaitable[Reply]]] = {
    Verb.CLAIM: claims.claim_with_reason,
    Verb.RETURN_TO: task_actions.return_for_rework,
    Verb.CANCEL: task_actions.cancel,
}
