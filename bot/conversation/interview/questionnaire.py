"""A form asked question by question: what people type, send and press in it, passed to the function for it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.conversation.commands.vocabulary import CANCEL, SIGN, Word, is_command, read
from bot.conversation.conversation import Conversation
from bot.conversation.forms.form_key import opening_action
from bot.conversation.incoming import Attached, FormSaved, FormSent, Press, Said
from bot.conversation.interview.answering import ON_QUESTION, Answering
from bot.conversation.interview.open_form import OpenForms
from bot.conversation.interview.read_answers import PRESSED
from bot.conversation.interview.respondents import Respondent, Respondents
from bot.conversation.interview.screens import form_screens
from bot.conversation.interview.steps.moves import Move, UnknownMove, position
from bot.conversation.interview.steps.navigation import NAVIGATION, SAME_SCREEN, first_screen, fit
from bot.conversation.interview.steps.progress import Screen
from bot.conversation.reply import FormView, PreviewView, Reply, ReplyKind
from bot.conversation.turn import put_above
from workflows.domain.ids import OutcomeId
from workflows.domain.text import folded
from workflows.ports.chat import Button, ButtonStyle

_ASKS = (Screen.QUESTION, Screen.CELL, Screen.TABLE)
"""Screens that are answered in words; the others have buttons only."""


class Questionnaire:
    """Leads people through forms; raises StorageUnavailable."""

    def __init__(self, *, conversation: Conversation, respondents: Respondents) -> None:
        self._respondents = respondents
        self._forms = OpenForms(conversation=conversation, respondents=respondents)
        self._answering = Answering(forms=self._forms)

    async def begin(self, respondent: Respondent, form: FormView) -> Reply:
        """Begin with the decision or the first question that has no answer yet; offer to begin a draft anew."""
        progress = respondent.progress.without_aside()
        form = self._forms.decided(progress, form)
        if not (form.form == progress.form and progress.screen is Screen.SUMMARY and form.has_draft):
            progress = first_screen(replace(progress.without_form(), form=form.form), form)
        return await self._forms.show(respondent, progress, form, offers_anew=True)

    def offer(self, respondent: Respondent, form: FormView, toast: str) -> Reply:
        """Offer a form to somebody who is in the middle of an answer, which goes on waiting."""
        label = respondent.screens.words.gettext("Open the form")
        button = Button(label=label, action=opening_action(form.form).encode(), style=ButtonStyle.PRIMARY)
        message = respondent.screens.sentence(toast, ((button,),))
        return Reply(toast=toast, message=message, case_id=form.case_id)

    async def take(self, respondent: Respondent) -> Reply | None:
        """Take what was typed or sent in a form as the answer to the screen; return None when it is not an answer."""
        intent, progress = respondent.incoming.intent, respondent.progress
        if not progress.form:
            return None
        is_asked = progress.screen in _ASKS
        if isinstance(intent, Said):
            if _leaves(intent.text, is_asked=is_asked):
                return await self._later(respondent)
            if is_asked and not is_command(intent.text):
                return await self._answering.take_text(respondent, intent.text)
            if not is_asked and _is_plain(intent.text):
                return await self._point_to_buttons(respondent)
        if is_asked and isinstance(intent, Attached):
            return await self._answering.take_file(respondent, intent)
        return None

    async def show_current(self, respondent: Respondent) -> Reply:
        """Reply to a button of a past screen with the current screen, which stays current."""
        form = await self._forms.open(respondent)
        if not isinstance(form, FormView):
            return form
        message = form_screens.current(respondent.screens, form, fit(respondent.progress, form))
        toast = respondent.screens.words.gettext("This question has passed; here is where we are.")
        return Reply(toast=toast, message=message, kind=ReplyKind.PAST, case_id=form.case_id)

    async def draw(self, respondent: Respondent) -> Reply:
        """Show the current screen again; when the form cannot be opened, end the interview and return the refusal."""
        form = await self._forms.open(respondent)
        return await self._forms.show(respondent, respondent.progress, form) if isinstance(form, FormView) else form

    async def press(self, respondent: Respondent, move: Move, argument: str) -> Reply:
        """Do the move of a button of the current screen; raises UnknownMove for one that forms do not have."""
        if move is Move.CANCEL:
            return await self._later(respondent)
        form, progress = await self._forms.open(respondent), respondent.progress
        if not isinstance(form, FormView):
            return form
        if move in NAVIGATION:
            shown = NAVIGATION[move](progress, form, argument)
            return await self._forms.show(respondent, shown, form, is_same_screen=move in SAME_SCREEN)
        if move in ON_FORM:
            return await ON_FORM[move](self, respondent, form, argument)
        if move not in PRESSED and move not in ON_QUESTION:
            raise UnknownMove("no move of a form")
        if progress.at >= len(form.fields):
            return await self.show_current(respondent)
        return await self._answering.press(respondent, form, move, argument)

    async def begin_anew(self, respondent: Respondent, form: FormView, _argument: str) -> Reply:
        """Drop the draft of a new case and begin with an empty one."""
        if form.anew is None:
            return await self.begin(respondent, form)
        reply = await self._forms.handle(respondent, Press(action=form.anew))
        return await self.begin(respondent, reply.dialog) if isinstance(reply.dialog, FormView) else reply

    async def decide(self, respondent: Respondent, form: FormView, argument: str) -> Reply:
        """Choose a decision: its questions come next; answers to those of another one stay in the draft."""
        return await self._forms.decide(respondent, form, form.outcomes[position(argument, form.outcomes)].id)

    async def tick(self, respondent: Respondent, form: FormView, argument: str) -> Reply:
        """Tick an item of the check list."""
        return await self._set_item(respondent, form, argument, is_on=True)

    async def untick(self, respondent: Respondent, form: FormView, argument: str) -> Reply:
        """Untick an item of the check list."""
        return await self._set_item(respondent, form, argument, is_on=False)

    async def tick_all(self, respondent: Respondent, form: FormView, _argument: str) -> Reply:
        """Tick every item of the check list that is open."""
        ticks = {item.id: True for item in form.checklist if not item.done}
        reply = await self._forms.handle(respondent, FormSaved(form=form.form, values={}, ticks=ticks))
        if reply.is_refusal:
            return reply
        now = await self._forms.open(respondent)
        if not isinstance(now, FormView):
            return now
        return await self._forms.show(respondent, respondent.progress, now, is_same_screen=True)

    async def preview(self, respondent: Respondent, form: FormView, argument: str) -> Reply:
        """Show what the chosen decision would send; first the answers, when they were changed since they were shown."""
        if form.revision != respondent.progress.revision:
            problem = respondent.screens.words.gettext(
                "The answers were changed in another window. Here is how they are now; look at them and go on."
            )
            return await self._forms.show(respondent, replace(respondent.progress, page=0), form, problem)
        return await self._forms.preview(respondent, form, form.outcomes[position(argument, form.outcomes)].id)

    async def send(self, respondent: Respondent, form: FormView, _argument: str) -> Reply:
        """Send the form with the decision that was previewed."""
        outcome = OutcomeId(respondent.progress.outcome)
        previewed = respondent.progress.previewed
        reply = await self._forms.handle(respondent, FormSent(form=form.form, outcome=outcome, previewed=previewed))
        if isinstance(reply.dialog, PreviewView):
            return await self._forms.show_preview(respondent, reply, reply.dialog)
        if reply.dialog is not None:
            return await self._forms.show_problems(respondent, reply)
        if reply.closes_dialog and reply.toast is not None:
            await self._respondents.end(respondent)
            sentence = respondent.screens.sentence(reply.toast)
            return replace(reply, message=sentence if reply.message is None else put_above(sentence, reply.message))
        return reply

    async def _set_item(self, respondent: Respondent, form: FormView, argument: str, *, is_on: bool) -> Reply:
        """Set an item to the state that the button names: a second tap changes nothing."""
        item = form.checklist[position(argument, form.checklist)]
        if item.done is is_on:
            return await self._forms.show(respondent, respondent.progress, form, is_same_screen=True)
        reply = await self._forms.handle(respondent, Press(action=item.action))
        if isinstance(reply.dialog, FormView):
            form = self._forms.decided(respondent.progress, reply.dialog)
            return await self._forms.show(respondent, respondent.progress, form, is_same_screen=True)
        return reply

    async def _point_to_buttons(self, respondent: Respondent) -> Reply:
        """Reply to text at a screen that takes only buttons: the same screen below a sentence that explains it."""
        form, progress = await self._forms.open(respondent), respondent.progress
        if not isinstance(form, FormView):
            return form
        if progress.screen is Screen.PREVIEW:
            reply = await self._forms.preview(respondent, form, OutcomeId(progress.outcome))
        else:
            reply = await self._forms.show(respondent, progress, form)
        if reply.message is None:
            return reply
        explanation = respondent.screens.words.gettext(
            "This is answered with the buttons, not in words. Your answers are kept; choose a button below the form."
        )
        return replace(reply, message=put_above(respondent.screens.sentence(explanation), reply.message))

    async def _later(self, respondent: Respondent) -> Reply:
        await self._respondents.end(respondent)
        words, progress, command = respondent.screens.words, respondent.progress, respondent.screens.command
        kept = words.gettext(
            "Your answers are kept as a draft. Open the form again when you like: %(my)s or %(new)s.",
            my=command(Word.MY),
            new=command(Word.NEW),
        )
        if progress.screen is Screen.CELL and any(progress.cells.values()):
            kept += " " + words.gettext("The row that was not finished is not kept.")
        return Reply(message=respondent.screens.sentence(kept))


ON_FORM: Mapping[Move, Callable[[Questionnaire, Respondent, FormView, str], Awaitable[Reply]]] = {
    Move.ANEW: Questionnaire.begin_anew,
    Move.DECIDE: Questionnaire.decide,
    Move.ITEM: Questionnaire.tick,
    Move.UNITEM: Questionnaire.untick,
    Move.ITEMS: Questionnaire.tick_all,
    Move.GO: Questionnaire.preview,
    Move.SEND: Questionnaire.send,
}
"""The functions of the moves that are about the form as a whole."""


def _leaves(text: str, *, is_asked: bool) -> bool:
    """Whether text leaves a form; where text is asked for, only with the sign of a command."""
    word = folded(text)
    return word.removeprefix(SIGN) in CANCEL and (word.startswith(SIGN) or not is_asked)


def _is_plain(text: str) -> bool:
    """Whether text is not a command, known or unknown."""
    return not text.startswith(SIGN) and read(text) is None
