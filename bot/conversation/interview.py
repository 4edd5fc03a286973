"""Forms and questions for chats that have no dialogs: one thing at a time, in the private chat.

It stands between an adapter and the conversation: what the conversation would open as a dialog becomes messages with
buttons, and what the person types, presses or sends becomes answers. Answers are kept in the form's own draft, so a
form begun here can be finished in another chat.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from zoneinfo import ZoneInfo

import structlog

from bot.conversation.accounts import Link
from bot.conversation.actions import Action, Verb
from bot.conversation.form_dialog import TaskForm, form_of
from bot.conversation.incoming import (
    Answered,
    Attached,
    FormPreviewed,
    FormSaved,
    FormSent,
    Incoming,
    Press,
    Said,
)
from bot.conversation.interview_moves import (
    COMMAND_SIGN,
    asked_now,
    chosen,
    forwards,
    listed,
    moved,
    opener_of,
    opening,
    option_typed,
    problem_with,
    toggled,
    values_of,
    within,
)
from bot.conversation.progress import Progress, Screen
from bot.conversation.reply import Ask, CaseOpened, FieldView, FormView, Menu, PreviewView, Reply
from bot.conversation.router import Conversation
from bot.conversation.screens import PAGE, PREFIX, Screens
from bot.conversation.turns import Turn, Turns
from bot.rendering.environment import Messages
from bot.rendering.phrases import Phrase, field_problem, phrase
from workflows.domain.definition import FieldType
from workflows.domain.ids import OutcomeId, PersonId
from workflows.ports.chat import Button, Message
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.handle_command import CommandHandler

_log = structlog.get_logger(__name__)


class Interview:
    """A conversation (the same `handle`) in messages and buttons alone."""

    def __init__(
        self, *, conversation: Conversation, handler: CommandHandler, messages: Messages, zone: ZoneInfo
    ) -> None:
        self._conversation = conversation
        self._handler = handler
        self._turns = Turns(conversation=conversation, handler=handler, messages=messages, zone=zone)
        self._locks: dict[PersonId, asyncio.Lock] = {}

    async def handle(self, incoming: Incoming, *, link: Link | None = None) -> Reply:
        """Answer one update; in a group, or of somebody unknown, as the conversation does."""
        if incoming.person is None or incoming.room is not None:
            return await self._conversation.handle(incoming, link=link)
        async with self._locks.setdefault(incoming.person, asyncio.Lock()):
            try:
                turn = await self._turns.begin(incoming, incoming.person)
                if incoming.update_id in turn.progress.seen:
                    return Reply()
                return await self._answer(turn, link)
            except StorageUnavailable:
                return Reply(toast=phrase(Phrase.STORAGE_UNAVAILABLE, incoming.language), is_refusal=True)
            except Exception:
                # The outermost guard: whoever asked is answered, and what made it fail does not stand in the way again.
                ids = {"update_id": incoming.update_id, "person_id": incoming.person}
                _log.exception("An answer could not be taken", action="interview.failed", **ids)
                with suppress(Exception):
                    await self._turns.forget(incoming)
                return Reply(toast=phrase(Phrase.SOMETHING_FAILED, incoming.language), is_refusal=True)

    async def present(self, incoming: Incoming, reply: Reply) -> Reply:
        """Turn the dialog of a reply into a message for the person's private chat, which *incoming* names."""
        if incoming.person is None or reply.dialog is None:
            return reply
        async with self._locks.setdefault(incoming.person, asyncio.Lock()):
            return await self._shown(await self._turns.begin(incoming, incoming.person), reply)

    async def screens_for(self, incoming: Incoming) -> Screens:
        """Answer how to draw for whoever did something."""
        return await self._turns.screens_for(incoming)

    async def form_at(self, incoming: Incoming) -> str:
        """Answer the form that a person is filling in, empty when they fill in none; raises StorageUnavailable."""
        return "" if incoming.person is None else (await self._turns.begin(incoming, incoming.person)).progress.form

    async def _answer(self, turn: Turn, link: Link | None) -> Reply:
        intent, progress = turn.incoming.intent, turn.progress
        if isinstance(intent, Press) and intent.action.startswith(PREFIX):
            step, _, rest = intent.action.removeprefix(PREFIX).partition(":")
            verb, _, argument = rest.partition(":")
            if not (progress.form or progress.ask or progress.menu) or step != str(progress.step):
                return await self._past(turn)
            return await self._pressed(turn, verb, argument)
        if isinstance(intent, Said) and not intent.text.startswith(COMMAND_SIGN):
            if progress.screen is Screen.ASK and progress.ask:
                return await self._told(turn, intent.text)
            if progress.screen is Screen.MENU and progress.menu:
                return await self._turn_page(turn, replace(progress, found=intent.text, page=0))
            if progress.form and progress.screen in (Screen.QUESTION, Screen.CELL):
                return await self._typed(turn, intent.text)
        if isinstance(intent, Attached):
            if progress.screen is Screen.ASK and progress.ask:
                return await self._told_below_a_file(turn, intent)
            if progress.form and progress.screen in (Screen.QUESTION, Screen.CELL):
                return await self._attached(turn, intent)
        if isinstance(intent, Press) and progress.screen is Screen.ASK and progress.ask:
            option = await self._chosen_option(turn, intent.action)
            if option is not None:
                return option
        if progress.ask or progress.menu:
            # They went on to something else: what they type later is no answer to this question.
            await self._turns.drop(turn)
            turn = await self._turns.begin(turn.incoming, turn.person)
        return await self._shown(turn, await self._conversation.handle(turn.incoming, link=link))

    async def _past(self, turn: Turn) -> Reply:
        """Answer a button of a screen that has passed: by the screen that is current, if any, which stays so."""
        words = turn.screens.words
        if not turn.progress.form:
            sentence = words.gettext("This question has passed. /my lists your tasks.")
            return Reply(toast=sentence, is_refusal=True, is_past=True)
        form = await self._open(turn, turn.progress.form)
        if not isinstance(form, FormView):
            return replace(form, is_past=True)
        toast = words.gettext("This question has passed; here is where we are.")
        return Reply(
            toast=toast, message=turn.screens.of(form, within(turn.progress, form)), is_past=True, case_id=form.case_id
        )

    async def _shown(self, turn: Turn, reply: Reply) -> Reply:
        """Turn the dialog of a reply into a message."""
        match reply.dialog:
            case None:
                return reply
            case FormView() as form:
                return await self._begin(turn, form)
            case PreviewView():
                return reply
            case Menu() as menu:
                opened_by = opener_of(turn.incoming.intent)
                if len(menu.buttons) <= PAGE or not opened_by:
                    return replace(reply, dialog=None, message=turn.screens.menu(menu))
                progress = Progress(
                    screen=Screen.MENU, menu=opened_by, step=turn.progress.step, seen=turn.progress.seen
                )
                return replace(reply, dialog=None, message=await self._paged(turn, menu, progress))
            case CaseOpened(status=status):
                return replace(reply, dialog=None, message=status)
            case Ask() as ask:
                progress = Progress(screen=Screen.ASK, ask=ask.action, step=turn.progress.step, seen=turn.progress.seen)
                progress = await self._turns.keep(turn, progress)
                return replace(reply, dialog=None, message=turn.screens.ask(ask, progress))

    async def _begin(self, turn: Turn, form: FormView) -> Reply:
        """Begin with the first question that has no answer yet, or with the summary."""
        if form.form == turn.progress.form and turn.progress.screen is Screen.SUMMARY and form.has_draft:
            return _with_anew(await self._draw(turn, turn.progress, form), form, turn)
        first = next((at for at, field in enumerate(form.fields) if field.value in (None, "", [])), None)
        screen = Screen.SUMMARY if first is None else Screen.QUESTION
        progress = Progress(
            form=form.form, screen=screen, at=first or 0, step=turn.progress.step, seen=turn.progress.seen
        )
        return _with_anew(await self._draw(turn, progress, form), form, turn)

    async def _draw(
        self, turn: Turn, progress: Progress, form: FormView | None = None, problem: str | None = None
    ) -> Reply:
        """Keep the progress and show its screen."""
        if progress.screen in (Screen.ASK, Screen.MENU):
            return Reply()
        if form is None:
            opened = await self._open(turn, progress.form)
            if not isinstance(opened, FormView):
                return opened
            form = opened
        progress = await self._turns.keep(turn, within(progress, form))
        return Reply(message=turn.screens.of(form, progress, problem), case_id=form.case_id)

    async def _open(self, turn: Turn, key: str) -> FormView | Reply:
        """Answer the form as it is now, or why it is not to be had; then the interview is over."""
        form = form_of(key)
        verb, target = (Verb.WORK, form.task_id) if isinstance(form, TaskForm) else (Verb.NEW, form.process)
        action = Action(verb=verb, target=target).encode()
        reply = await self._conversation.handle(replace(turn.incoming, intent=Press(action=action)))
        if isinstance(reply.dialog, FormView):
            return reply.dialog
        await self._turns.drop(turn)
        return reply

    async def _pressed(self, turn: Turn, verb: str, argument: str) -> Reply:
        if verb == "cancel":
            return await self._later(turn)
        if turn.progress.screen is Screen.ASK:
            return await self._past(turn)
        if turn.progress.screen is Screen.MENU:
            page = int(argument) if verb == "page" and argument.isdecimal() else 0
            return await self._turn_page(turn, replace(turn.progress, page=page))
        form = await self._open(turn, turn.progress.form)
        if not isinstance(form, FormView):
            return form
        progress = turn.progress
        shown = moved(progress, form, verb, argument)
        if shown is not None:
            return await self._draw(turn, shown, form)
        match verb:
            case "item" if argument.isdecimal() and int(argument) < len(form.checklist):
                return await self._tick(turn, form.checklist[int(argument)].action)
            case "go" if argument.isdecimal() and int(argument) < len(form.outcomes):
                return await self._preview(turn, form, form.outcomes[int(argument)].id)
            case "send":
                return await self._send(turn, form)
        if progress.at >= len(form.fields):
            return await self._past(turn)
        field = form.fields[progress.at]
        match verb:
            case "skip" | "done":
                return await self._go_on(turn, form, field, verb)
            case "drop":
                return await self._save(turn, form, field, listed(field.value)[:-1], progress)
            case "tick":
                return await self._save(turn, form, field, toggled(field, argument), progress)
        return await self._given(turn, form, chosen(asked_now(field, progress), verb, argument))

    async def _typed(self, turn: Turn, raw: object) -> Reply:
        form = await self._open(turn, turn.progress.form)
        if not isinstance(form, FormView):
            return form
        if turn.progress.at >= len(form.fields):
            return await self._draw(turn, turn.progress, form)
        asked = asked_now(form.fields[turn.progress.at], turn.progress)
        if isinstance(raw, str):
            raw = option_typed(asked, raw)
            if asked.type is FieldType.FILE:
                problem = turn.screens.words.gettext("This question wants a file or a photo.")
                return await self._draw(turn, turn.progress, form, problem)
        return await self._given(turn, form, raw)

    async def _attached(self, turn: Turn, attached: Attached) -> Reply:
        """Take a file where one is asked for, elsewhere the words below it."""
        form = await self._open(turn, turn.progress.form)
        if not isinstance(form, FormView):
            return form
        progress = turn.progress
        if progress.at >= len(form.fields):
            return await self._draw(turn, progress, form)
        if asked_now(form.fields[progress.at], progress).type is FieldType.FILE:
            return await self._given(turn, form, {"id": attached.file, "name": attached.name})
        if attached.caption:
            return await self._typed(turn, attached.caption)
        problem = turn.screens.words.gettext("This question is answered in words or with the buttons, not with a file.")
        return await self._draw(turn, progress, form, problem)

    async def _given(self, turn: Turn, form: FormView, raw: object) -> Reply:
        """Take an answer: say what is wrong with it, or keep it and go on."""
        progress, field = turn.progress, form.fields[turn.progress.at]
        asked = asked_now(field, progress)
        known = await self._turns.field(form.form, field.name)
        if known is not None and asked is not field:
            known = next((column for column in known.columns if column.name == asked.name), None)
        problem = None if known is None else problem_with(known, raw)
        if known is not None and problem is not None:
            return await self._draw(turn, progress, form, field_problem(problem, known, turn.screens.language))
        if asked is field:
            return await self._save(turn, form, field, raw, forwards(progress))
        return await self._cell_given(turn, form, field, str(raw))

    async def _cell_given(self, turn: Turn, form: FormView, field: FieldView, raw: str) -> Reply:
        progress = turn.progress
        cells = {**progress.cells, field.columns[progress.column].name: raw}
        if progress.column + 1 < len(field.columns):
            return await self._draw(turn, replace(progress, cells=cells, column=progress.column + 1), form)
        rows = [*listed(field.value), cells]
        done = replace(progress, screen=Screen.QUESTION, cells={}, column=0)
        return await self._save(turn, form, field, rows, done)

    async def _go_on(self, turn: Turn, form: FormView, field: FieldView, verb: str) -> Reply:
        """Leave a question as it is answered, unless it has to be answered."""
        progress = turn.progress
        asked = asked_now(field, progress)
        if asked is not field:
            return await self._cell_given(turn, form, field, progress.cells.get(asked.name, ""))
        known = await self._turns.field(form.form, field.name)
        problem = None if known is None or verb == "skip" else problem_with(known, field.value)
        if known is not None and problem is not None:
            return await self._draw(turn, progress, form, field_problem(problem, known, turn.screens.language))
        return await self._draw(turn, forwards(progress), form)

    async def _save(self, turn: Turn, form: FormView, field: FieldView, value: object, then: Progress) -> Reply:
        values = {**values_of(form), field.name: value}
        saved = FormSaved(form=form.form, values=values)
        reply = await self._conversation.handle(replace(turn.incoming, intent=saved))
        if reply.is_refusal:
            return reply
        fields = tuple(replace(f, value=value) if f.name == field.name else f for f in form.fields)
        return await self._draw(turn, then, replace(form, fields=fields))

    async def _tick(self, turn: Turn, action: str) -> Reply:
        reply = await self._conversation.handle(replace(turn.incoming, intent=Press(action=action)))
        if isinstance(reply.dialog, FormView):
            return await self._draw(turn, turn.progress, reply.dialog)
        return reply

    async def _preview(self, turn: Turn, form: FormView, outcome: OutcomeId) -> Reply:
        intent = FormPreviewed(form=form.form, outcome=outcome, values=values_of(form))
        reply = await self._conversation.handle(replace(turn.incoming, intent=intent))
        if isinstance(reply.dialog, PreviewView):
            progress = replace(turn.progress, screen=Screen.PREVIEW, outcome=outcome, is_changing=False)
            progress = await self._turns.keep(turn, progress)
            return Reply(message=turn.screens.preview(reply.dialog, progress), case_id=reply.case_id)
        return await self._mend(turn, reply)

    async def _mend(self, turn: Turn, reply: Reply) -> Reply:
        """Go to the first answer that is wrong, or to the summary when it is none of the answers."""
        if not isinstance(reply.dialog, FormView):
            return reply
        form = reply.dialog
        wrong = next((at for at, field in enumerate(form.fields) if field.problem is not None), None)
        if wrong is None:
            progress = replace(turn.progress, screen=Screen.SUMMARY)
            return await self._draw(turn, progress, form, reply.toast)
        progress = replace(turn.progress, screen=Screen.QUESTION, at=wrong, is_changing=True, month="", page=0)
        return await self._draw(turn, progress, form, form.fields[wrong].problem)

    async def _send(self, turn: Turn, form: FormView) -> Reply:
        outcome = OutcomeId(turn.progress.outcome)
        intent = FormSent(form=form.form, outcome=outcome, values=values_of(form))
        reply = await self._conversation.handle(replace(turn.incoming, intent=intent))
        if reply.dialog is not None:
            return await self._mend(turn, reply)
        if reply.closes_dialog and reply.toast is not None:
            await self._turns.drop(turn)
            return replace(reply, message=turn.screens.sentence(reply.toast))
        return reply

    async def _told(self, turn: Turn, text: str) -> Reply:
        """Answer the question that was asked in words."""
        intent = Answered(action=turn.progress.ask, text=text)
        reply = await self._conversation.handle(replace(turn.incoming, intent=intent))
        if reply.closes_dialog or not reply.is_refusal:
            await self._turns.drop(turn)
        if reply.message is None and reply.toast is not None:
            return replace(reply, toast=None, message=turn.screens.sentence(reply.toast))
        return await self._shown(turn, reply)

    async def _told_below_a_file(self, turn: Turn, attached: Attached) -> Reply:
        """Take the words below a file as the answer; without any the question stays open."""
        if attached.caption:
            return await self._told(turn, attached.caption)
        await self._turns.keep(turn, turn.progress)
        wanted = turn.screens.words.gettext("Please answer in words: a file is not taken here.")
        return Reply(message=turn.screens.sentence(wanted), is_refusal=True)

    async def _turn_page(self, turn: Turn, progress: Progress) -> Reply:
        """Show another page of a menu, or those of its choices that were looked for."""
        reply = await self._conversation.handle(replace(turn.incoming, intent=opening(progress.menu)))
        if not isinstance(reply.dialog, Menu):
            await self._turns.drop(turn)
            return await self._shown(turn, reply)
        return replace(reply, dialog=None, message=await self._paged(turn, reply.dialog, progress))

    async def _paged(self, turn: Turn, menu: Menu, progress: Progress) -> Message:
        progress = await self._turns.keep(turn, progress)
        return turn.screens.menu(menu, progress)

    async def _chosen_option(self, turn: Turn, action: str) -> Reply | None:
        """Remember the option chosen before the words come; None when the button is no option of the question."""
        verb, target = turn.progress.ask.split(":")[:2]
        if action == turn.progress.ask or action.split(":")[:2] != [verb, target] or verb != Verb.RETURN_TO:
            return None
        await self._turns.keep(turn, replace(turn.progress, ask=action))
        return Reply(message=turn.screens.sentence(turn.screens.words.gettext("Now write the reason.")))

    async def _later(self, turn: Turn) -> Reply:
        await self._turns.drop(turn)
        words = turn.screens.words
        if turn.progress.screen is Screen.ASK:
            return Reply(message=turn.screens.sentence(words.gettext("Nothing was changed.")))
        kept = words.gettext("Your answers are kept as a draft. Open the form again when you like: /my or /new.")
        if turn.progress.screen is Screen.CELL and any(turn.progress.cells.values()):
            kept += " " + words.gettext("The row that was not finished is not kept.")
        return Reply(message=turn.screens.sentence(kept))


def _with_anew(reply: Reply, form: FormView, turn: Turn) -> Reply:
    """Offer to begin a new case anew whose draft goes on."""
    if form.anew is None or reply.message is None:
        return reply
    button = Button(label=turn.screens.words.gettext("Begin anew"), action=form.anew)
    return replace(reply, message=replace(reply.message, buttons=(*reply.message.buttons, (button,))))
