"""A form asked question by question: each answer is taken, kept in the form's draft, and leads to the next screen."""

from dataclasses import dataclass, replace

from bot.actions import Action, Verb
from bot.conversation.commands.vocabulary import read
from bot.conversation.forms.form_dialog import TaskForm, form_of
from bot.conversation.incoming import Attached, FormPreviewed, FormSaved, FormSent, Press, Said
from bot.conversation.interview.moves import (
    COMMAND_SIGN,
    SAME_SCREEN,
    asked_now,
    chosen,
    forwards,
    listed,
    moved,
    option_typed,
    problem_with,
    ticked,
    values_of,
    within,
)
from bot.conversation.interview.progress import Progress, Screen
from bot.conversation.interview.respondents import Respondent, Respondents
from bot.conversation.reply import FieldView, FormView, PreviewView, Reply
from bot.conversation.router import Conversation
from bot.conversation.turn import below
from bot.rendering.phrases import field_problem
from workflows.domain.definition import FieldType
from workflows.domain.ids import OutcomeId

CANCEL = frozenset({"cancel", "отмена"})
"""What people of other assistants are used to typing; without a form it is no command."""
_ASKS = (Screen.QUESTION, Screen.CELL)
"""Screens that are answered in words; the others have buttons only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """Leads people through forms; raises StorageUnavailable."""

    conversation: Conversation
    respondents: Respondents

    async def begin(self, respondent: Respondent, form: FormView) -> Reply:
        """Begin with the first question that has no answer yet, or with the summary; offer to begin a draft anew."""
        progress = respondent.progress.resumed()
        if not (form.form == progress.form and progress.screen is Screen.SUMMARY and form.has_draft):
            first = next((at for at, field in enumerate(form.fields) if field.value in (None, "", [])), None)
            screen = Screen.SUMMARY if first is None else Screen.QUESTION
            progress = replace(progress.ended(), form=form.form, screen=screen, at=first or 0)
        return await self._draw(respondent, progress, form, offers_anew=True)

    async def answered(self, respondent: Respondent) -> Reply | None:
        """Take what was typed or sent in a form as the answer to what is shown; None for what is meant otherwise."""
        intent, progress = respondent.incoming.intent, respondent.progress
        if not progress.form:
            return None
        is_asked = progress.screen in _ASKS
        if isinstance(intent, Said):
            if _leaves(intent.text, is_asked=is_asked):
                return await self._later(respondent)
            if is_asked and not intent.text.startswith(COMMAND_SIGN):
                return await self._typed(respondent, intent.text)
            if not is_asked and _is_plain(intent.text):
                return await self._point_to_buttons(respondent)
        if is_asked and isinstance(intent, Attached):
            return await self._attached(respondent, intent)
        return None

    async def where(self, respondent: Respondent) -> Reply:
        """Return a button of a screen that has passed by the screen that is current, which stays so."""
        form = await self._open(respondent)
        if not isinstance(form, FormView):
            return replace(form, is_past=True)
        message = respondent.screens.of(form, within(respondent.progress, form))
        toast = respondent.screens.words.gettext("This question has passed; here is where we are.")
        return Reply(toast=toast, message=message, is_past=True, case_id=form.case_id)

    async def draw(self, respondent: Respondent) -> Reply:
        """Show again where somebody is in a form, or why it is not to be had; then the interview is over."""
        form = await self._open(respondent)
        return await self._draw(respondent, respondent.progress, form) if isinstance(form, FormView) else form

    async def pressed(self, respondent: Respondent, verb: str, argument: str) -> Reply:
        """Do what a button of the current screen says."""
        if verb == "cancel":
            return await self._later(respondent)
        form, progress = await self._open(respondent), respondent.progress
        if not isinstance(form, FormView):
            return form
        shown = moved(progress, form, verb, argument)
        if shown is not None:
            return await self._draw(respondent, shown, form, is_same_screen=verb in SAME_SCREEN)
        match verb:
            case "anew":
                return await self._begin_anew(respondent, form)
            case "item" | "unitem" if argument.isdecimal() and int(argument) < len(form.checklist):
                return await self._tick(respondent, form, int(argument), is_on=verb == "item")
            case "go" if argument.isdecimal() and int(argument) < len(form.outcomes):
                return await self._preview(respondent, form, form.outcomes[int(argument)].id)
            case "send":
                return await self._send(respondent, form)
        if progress.at >= len(form.fields):
            return await self.where(respondent)
        field = form.fields[progress.at]
        match verb:
            case "skip" | "done":
                return await self._go_on(respondent, form, field, verb)
            case "drop":
                return await self._save(respondent, form, field, listed(field.value)[:-1], progress)
            case "tick" | "untick":
                value = ticked(field, argument, is_on=verb == "tick")
                return await self._save(respondent, form, field, value, progress, is_same_screen=True)
        return await self._given(respondent, form, chosen(asked_now(field, progress), verb, argument))

    async def _draw(
        self,
        respondent: Respondent,
        progress: Progress,
        form: FormView,
        problem: str | None = None,
        *,
        offers_anew: bool = False,
        is_same_screen: bool = False,
    ) -> Reply:
        """Keep the progress and show its screen."""
        now = await self.respondents.keep(respondent, within(progress, form), is_same_screen=is_same_screen)
        message = now.screens.of(form, now.progress, problem)
        if offers_anew and form.anew is not None:
            message = now.screens.with_anew(message, now.progress)
        return Reply(message=message, case_id=form.case_id)

    async def _point_to_buttons(self, respondent: Respondent) -> Reply:
        """Reply to words that were typed where only buttons count: by the same screen, with a sentence that says so."""
        form, progress = await self._open(respondent), respondent.progress
        if not isinstance(form, FormView):
            return form
        if progress.screen is Screen.PREVIEW:
            reply = await self._preview(respondent, form, OutcomeId(progress.outcome))
        else:
            reply = await self._draw(respondent, progress, form)
        if reply.message is None:
            return reply
        said = respondent.screens.words.gettext(
            "This is answered with the buttons, not in words. Your answers are kept; choose a button below the form."
        )
        return replace(reply, message=below(respondent.screens.sentence(said), reply.message))

    async def _open(self, respondent: Respondent) -> FormView | Reply:
        """Return the form as it is now, or why it is not to be had; then the interview is over."""
        form = form_of(respondent.progress.form)
        verb, target = (Verb.WORK, form.task_id) if isinstance(form, TaskForm) else (Verb.NEW, form.process)
        action = Action(verb=verb, target=target).encode()
        reply = await self.conversation.handle(replace(respondent.incoming, intent=Press(action=action)))
        if isinstance(reply.dialog, FormView):
            return reply.dialog
        await self.respondents.end(respondent)
        return reply

    async def _begin_anew(self, respondent: Respondent, form: FormView) -> Reply:
        if form.anew is None:
            return await self.begin(respondent, form)
        reply = await self.conversation.handle(replace(respondent.incoming, intent=Press(action=form.anew)))
        return await self.begin(respondent, reply.dialog) if isinstance(reply.dialog, FormView) else reply

    async def _typed(self, respondent: Respondent, raw: object) -> Reply:
        form, progress = await self._open(respondent), respondent.progress
        if not isinstance(form, FormView):
            return form
        if progress.at >= len(form.fields):
            return await self._draw(respondent, progress, form)
        asked = asked_now(form.fields[progress.at], progress)
        if isinstance(raw, str):
            raw = option_typed(asked, raw)
            if asked.type is FieldType.FILE:
                problem = respondent.screens.words.gettext("This question wants a file or a photo.")
                return await self._draw(respondent, progress, form, problem)
        return await self._given(respondent, form, raw)

    async def _attached(self, respondent: Respondent, attached: Attached) -> Reply:
        """Take a file where one is asked for, elsewhere the words below it."""
        form, progress = await self._open(respondent), respondent.progress
        if not isinstance(form, FormView):
            return form
        if progress.at >= len(form.fields):
            return await self._draw(respondent, progress, form)
        if asked_now(form.fields[progress.at], progress).type is FieldType.FILE:
            return await self._given(respondent, form, {"id": attached.file, "name": attached.name})
        if attached.caption:
            return await self._typed(respondent, attached.caption)
        words = respondent.screens.words
        problem = words.gettext("This question is answered in words or with the buttons, not with a file.")
        return await self._draw(respondent, progress, form, problem)

    async def _given(self, respondent: Respondent, form: FormView, raw: object) -> Reply:
        """Take an answer: say what is wrong with it, or keep it and go on."""
        progress, field = respondent.progress, form.fields[respondent.progress.at]
        asked = asked_now(field, progress)
        known = await self.respondents.field(form.form, field.name)
        if known is not None and asked is not field:
            known = next((column for column in known.columns if column.name == asked.name), None)
        problem = None if known is None else problem_with(known, raw)
        if known is not None and problem is not None:
            said = field_problem(problem, known, respondent.screens.language)
            return await self._draw(respondent, progress, form, said)
        if asked is field:
            return await self._save(respondent, form, field, raw, forwards(progress))
        return await self._cell_given(respondent, form, field, str(raw))

    async def _cell_given(self, respondent: Respondent, form: FormView, field: FieldView, raw: str) -> Reply:
        progress = respondent.progress
        cells = {**progress.cells, field.columns[progress.column].name: raw}
        if progress.column + 1 < len(field.columns):
            return await self._draw(respondent, replace(progress, cells=cells, column=progress.column + 1), form)
        rows = [*listed(field.value), cells]
        done = replace(progress, screen=Screen.QUESTION, cells={}, column=0)
        return await self._save(respondent, form, field, rows, done)

    async def _go_on(self, respondent: Respondent, form: FormView, field: FieldView, verb: str) -> Reply:
        """Leave a question as it is answered, unless every decision needs its answer."""
        progress = respondent.progress
        asked = asked_now(field, progress)
        if asked is not field:
            return await self._cell_given(respondent, form, field, progress.cells.get(asked.name, ""))
        known = await self.respondents.field(form.form, field.name)
        is_skipped = verb == "skip" or (not field.value and not form.must_answer(field))
        problem = None if known is None or is_skipped else problem_with(known, field.value)
        if known is not None and problem is not None:
            said = field_problem(problem, known, respondent.screens.language)
            return await self._draw(respondent, progress, form, said, is_same_screen=True)
        return await self._draw(respondent, forwards(progress), form)

    async def _save(
        self,
        respondent: Respondent,
        form: FormView,
        field: FieldView,
        value: object,
        then: Progress,
        *,
        is_same_screen: bool = False,
    ) -> Reply:
        values = {**values_of(form), field.name: value}
        saved = FormSaved(form=form.form, values=values)
        reply = await self.conversation.handle(replace(respondent.incoming, intent=saved))
        if reply.is_refusal:
            return reply
        fields = tuple(replace(f, value=value) if f.name == field.name else f for f in form.fields)
        return await self._draw(respondent, then, replace(form, fields=fields), is_same_screen=is_same_screen)

    async def _tick(self, respondent: Respondent, form: FormView, at: int, *, is_on: bool) -> Reply:
        """Tick an item of the check list or take the tick back, as the button said: a second tap changes nothing."""
        item = form.checklist[at]
        if item.done is is_on:
            return await self._draw(respondent, respondent.progress, form, is_same_screen=True)
        reply = await self.conversation.handle(replace(respondent.incoming, intent=Press(action=item.action)))
        if isinstance(reply.dialog, FormView):
            return await self._draw(respondent, respondent.progress, reply.dialog, is_same_screen=True)
        return reply

    async def _preview(self, respondent: Respondent, form: FormView, outcome: OutcomeId) -> Reply:
        intent = FormPreviewed(form=form.form, outcome=outcome, values=values_of(form))
        reply = await self.conversation.handle(replace(respondent.incoming, intent=intent))
        if isinstance(reply.dialog, PreviewView):
            progress = replace(respondent.progress, screen=Screen.PREVIEW, outcome=outcome, is_changing=False)
            now = await self.respondents.keep(respondent, progress)
            return Reply(message=now.screens.preview(reply.dialog, now.progress), case_id=reply.case_id)
        return await self._mend(respondent, reply)

    async def _mend(self, respondent: Respondent, reply: Reply) -> Reply:
        """Go to the first answer that is wrong, or to the summary when it is none of the answers."""
        if not isinstance(reply.dialog, FormView):
            return reply
        form, progress = reply.dialog, respondent.progress
        wrong = next((at for at, field in enumerate(form.fields) if field.problem is not None), None)
        if wrong is None:
            return await self._draw(respondent, replace(progress, screen=Screen.SUMMARY), form, reply.toast)
        progress = replace(progress, screen=Screen.QUESTION, at=wrong, is_changing=True, month="", page=0)
        return await self._draw(respondent, progress, form, form.fields[wrong].problem)

    async def _send(self, respondent: Respondent, form: FormView) -> Reply:
        outcome = OutcomeId(respondent.progress.outcome)
        intent = FormSent(form=form.form, outcome=outcome, values=values_of(form))
        reply = await self.conversation.handle(replace(respondent.incoming, intent=intent))
        if reply.dialog is not None:
            return await self._mend(respondent, reply)
        if reply.closes_dialog and reply.toast is not None:
            await self.respondents.end(respondent)
            return replace(reply, message=respondent.screens.sentence(reply.toast))
        return reply

    async def _later(self, respondent: Respondent) -> Reply:
        await self.respondents.end(respondent)
        words, progress, command = respondent.screens.words, respondent.progress, respondent.screens.command
        kept = words.gettext(
            "Your answers are kept as a draft. Open the form again when you like: %(my)s or %(new)s.",
            my=command("my"),
            new=command("new"),
        )
        if progress.screen is Screen.CELL and any(progress.cells.values()):
            kept += " " + words.gettext("The row that was not finished is not kept.")
        return Reply(message=respondent.screens.sentence(kept))


def _leaves(text: str, *, is_asked: bool) -> bool:
    """Whether words leave a form; where words are asked for, only with the sign of a command."""
    said = text.strip().casefold()
    return said.removeprefix(COMMAND_SIGN) in CANCEL and (said.startswith(COMMAND_SIGN) or not is_asked)


def _is_plain(text: str) -> bool:
    """Whether words are meant for no command, known or not."""
    return not text.startswith(COMMAND_SIGN) and read(text) is None
