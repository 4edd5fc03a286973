"""Forms and questions for chats that have no dialogs: one thing at a time, in the private chat.

It is called between an adapter and the conversation: what the conversation would open as a dialog becomes messages
with buttons, and what the person types, presses or sends becomes answers. Answers are saved in the form's own draft,
so a form begun here can be finished in another chat.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from zoneinfo import ZoneInfo

import structlog

from bot.conversation.commands.vocabulary import Word
from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Incoming, Press
from bot.conversation.interview.asides import Asides
from bot.conversation.interview.past_forms import what_became
from bot.conversation.interview.questionnaire import Questionnaire
from bot.conversation.interview.respondents import Respondent, Respondents
from bot.conversation.interview.screens.screen import Screens
from bot.conversation.interview.steps.moves import UnknownMove, is_move, read_move
from bot.conversation.reply import Ask, CaseView, FormView, Menu, PreviewView, Reply, ReplyKind
from bot.conversation.turn import put_above
from bot.rendering.markup.environment import Messages
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from workflows.domain.decision import Decision
from workflows.domain.ids import PersonId
from workflows.ports.chat import Message
from workflows.ports.clock import Clock
from workflows.ports.notes import Notes
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.running_processes import Definitions

_log = structlog.get_logger(__name__)


class Interview:
    """A conversation (the same `handle`) in messages and buttons alone."""

    def __init__(
        self,
        *,
        conversation: Conversation,
        notes: Notes,
        queries: Queries,
        definitions: Definitions,
        messages: Messages,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._conversation = conversation
        self._respondents = Respondents(
            conversation=conversation,
            notes=notes,
            queries=queries,
            definitions=definitions,
            messages=messages,
            clock=clock,
            zone=zone,
        )
        self._questionnaire = Questionnaire(conversation=conversation, respondents=self._respondents)
        self._asides = Asides(conversation=conversation, respondents=self._respondents)
        self._locks: dict[PersonId, asyncio.Lock] = {}

    async def handle(self, incoming: Incoming) -> Reply:
        """Reply to one update; those of groups and of unknown people go to the conversation unchanged."""
        if incoming.person is None or incoming.group_title is not None:
            return await self._conversation.handle(incoming)
        async with self._locks.setdefault(incoming.person, asyncio.Lock()):
            reply = await self._reply(incoming, incoming.person)
        return replace(reply, language=await self._conversation.language_of(incoming))

    async def _reply(self, incoming: Incoming, person: PersonId) -> Reply:
        try:
            respondent = await self._respondents.of(incoming, person)
            if incoming.update_id in respondent.progress.seen:
                return Reply(kind=ReplyKind.REPEATED)
            return await self._answer(respondent)
        except UnknownMove:
            screens = respondent.screens
            sentence = phrase(Phrase.UNKNOWN_BUTTON, screens.language, my=screens.command(Word.MY))
            return Reply(kind=ReplyKind.REFUSED, toast=sentence)
        except StorageUnavailable:
            return Reply(kind=ReplyKind.REFUSED, toast=phrase(Phrase.STORAGE_UNAVAILABLE, incoming.language))
        except Exception:
            # The outermost guard: the person gets a reply, and the state that made it fail is dropped.
            ids = {"update_id": incoming.update_id, "person_id": person}
            _log.exception("An answer could not be taken.", action="interview_failed", **ids)
            with suppress(Exception):
                await self._respondents.forget(incoming)
            return Reply(kind=ReplyKind.REFUSED, toast=phrase(Phrase.SOMETHING_FAILED, incoming.language))

    async def present(self, incoming: Incoming, reply: Reply) -> Reply:
        """Turn the dialog of a reply into a message for the person's private chat, which *incoming* names."""
        if incoming.person is None or reply.dialog is None:
            return reply
        async with self._locks.setdefault(incoming.person, asyncio.Lock()):
            return await self._present(await self._respondents.of(incoming, incoming.person), reply)

    async def end_past(self, incoming: Incoming, decision: Decision) -> Message | None:
        """End the form that a person is filling in if a decision has ended it, and return what became of it.

        What ends a form in this chat has ended it before. Raises StorageUnavailable.
        """
        if incoming.person is None:
            return None
        async with self._locks.setdefault(incoming.person, asyncio.Lock()):
            respondent = await self._respondents.of(incoming, incoming.person)
            form = respondent.progress.without_aside().form
            if not form:
                return None
            definitions = self._respondents.definitions
            message = what_became(decision, form, incoming.person, respondent.screens, definitions)
            if message is not None:
                await self._respondents.end(respondent)
            return message

    async def screens_for(self, incoming: Incoming) -> Screens:
        """Return the screens for the person of an update."""
        return await self._respondents.screens_for(incoming)

    async def form_at(self, incoming: Incoming) -> str:
        """Return the key of the form that a person is filling in, empty for none; raises StorageUnavailable."""
        if incoming.person is None:
            return ""
        return (await self._respondents.of(incoming, incoming.person)).progress.without_aside().form

    async def _answer(self, respondent: Respondent) -> Reply:
        intent, progress = respondent.incoming.intent, respondent.progress
        if isinstance(intent, Press) and is_move(intent.action):
            pressed = read_move(intent.action)
            if pressed.step != str(progress.step) or not (progress.form or progress.is_aside):
                return await self._reply_to_past_screen(respondent)
            if progress.is_aside:
                reply = await self._asides.press(respondent, pressed.move, pressed.argument)
                return await self._after_aside(respondent, reply)
            return await self._questionnaire.press(respondent, pressed.move, pressed.argument)
        if progress.is_aside:
            reply_to_aside = await self._asides.take(respondent)
            if reply_to_aside is not None:
                return await self._after_aside(respondent, reply_to_aside)
            # The person went on to something else: what they type later is not an answer to this question.
            resumed = await self._respondents.keep(respondent, progress.without_aside())
            return await self._after_aside(resumed, await self._answer(resumed))
        reply_to_answer = await self._questionnaire.take(respondent)
        if reply_to_answer is not None:
            return reply_to_answer
        handled = await self._conversation.handle(respondent.incoming)
        reply = replace(await self._present(respondent, handled), refreshed=handled.refreshed)
        now = await self._respondents.of(respondent.incoming, respondent.person)
        if now.screens.language is not respondent.screens.language:
            # A form is shown again in the language that was chosen in the middle of it.
            return await self._back_in_form(now, reply)
        is_elsewhere = reply.message is not None and not reply.closes_dialog
        return await self._with_form_below(now, reply) if is_elsewhere and now.progress == progress else reply

    async def _reply_to_past_screen(self, respondent: Respondent) -> Reply:
        """Reply to a button of a past screen with the current screen, if there is one, which stays current."""
        if respondent.progress.form:
            return await self._questionnaire.show_current(respondent)
        sentence = respondent.screens.words.gettext(
            "This question has passed. %(my)s lists your tasks.", my=respondent.screens.command(Word.MY)
        )
        return Reply(toast=sentence, kind=ReplyKind.PAST)

    async def _after_aside(self, respondent: Respondent, reply: Reply) -> Reply:
        """Show the result of an aside and, once it has ended, the form that waited."""
        now = await self._respondents.of(respondent.incoming, respondent.person)
        if reply.message is None:
            reply = await self._present(now, reply)
        return reply if now.progress.is_aside else await self._back_in_form(now, reply)

    async def _back_in_form(self, respondent: Respondent, reply: Reply) -> Reply:
        """Return the reply with the form that waited below it, unless the reply has buttons or files of its own."""
        message = reply.message
        if not respondent.progress.form or (message is not None and (message.buttons or message.files)):
            return reply
        drawn = await self._questionnaire.draw(respondent)
        if drawn.message is None or (message is None and reply.toast is None):
            return drawn if reply.is_silent and not reply.is_repeated else reply
        return replace(reply, message=drawn.message if message is None else put_above(message, drawn.message))

    async def _with_form_below(self, respondent: Respondent, reply: Reply) -> Reply:
        """Return the reply to something else with the form that goes on below it: what is typed next answers that."""
        if not respondent.progress.form:
            return reply
        drawn = await self._questionnaire.draw(respondent)
        return reply if drawn.message is None else replace(reply, below=drawn.message)

    async def _present(self, respondent: Respondent, reply: Reply) -> Reply:
        """Turn the dialog of a reply into a message."""
        match reply.dialog:
            case FormView() as form if reply.toast is not None and respondent.progress.is_answering:
                return self._questionnaire.offer(respondent, form, reply.toast)
            case FormView() as form:
                return _after(respondent.screens, reply, await self._questionnaire.begin(respondent, form))
            case Menu() as menu:
                return await self._asides.offer(respondent, reply, menu)
            case Ask() as ask:
                return await self._asides.ask(respondent, reply, ask)
            case CaseView(status=status):
                return replace(reply, dialog=None, message=status)
            case PreviewView() | None:
                return reply


def _after(screens: Screens, done: Reply, begun: Reply) -> Reply:
    """Return the first screen of a form, below what was done to get there."""
    if done.toast is None or begun.message is None:
        return begun
    return replace(begun, toast=done.toast, message=put_above(screens.sentence(done.toast), begun.message))
