"""The form that somebody is filling in: opened as it is now, and shown at their current screen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.conversation.conversation import Conversation
from bot.conversation.incoming import FormPreviewed, FormSaved, Intent, PreviewRead
from bot.conversation.interview.respondents import Respondent, Respondents
from bot.conversation.interview.screens import form_screens
from bot.conversation.interview.screens.suggestions import suggested_together
from bot.conversation.interview.steps.navigation import first_screen, fit, onwards
from bot.conversation.interview.steps.progress import Progress, Screen
from bot.conversation.reply import FieldView, FormView, PreviewView, Reply
from bot.conversation.turn import put_above
from workflows.domain.facts.values import KINDS
from workflows.domain.ids import FieldName, OutcomeId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForms:
    """Opens forms, shows their screens and saves their answers; raises StorageUnavailable."""

    conversation: Conversation
    respondents: Respondents

    async def handle(self, respondent: Respondent, intent: Intent) -> Reply:
        """Return the conversation's reply to an intent of the person."""
        return await self.conversation.handle(replace(respondent.incoming, intent=intent))

    async def open(self, respondent: Respondent) -> FormView | Reply:
        """Return the form as it is now; when it cannot be opened, end the interview and return the refusal."""
        reply = await self.conversation.form(respondent.incoming, respondent.progress.form)
        if isinstance(reply.dialog, FormView):
            return self.decided(respondent.progress, reply.dialog)
        await self.respondents.end(respondent)
        return reply

    @staticmethod
    def decided(progress: Progress, form: FormView) -> FormView:
        """Return a form with the questions of the decision that the draft or the progress has."""
        return form.decided(form.chosen or OutcomeId(progress.outcome if progress.form == form.form else ""))

    async def show(
        self,
        respondent: Respondent,
        progress: Progress,
        form: FormView,
        problem: str | None = None,
        *,
        offers_anew: bool = False,
        is_same_screen: bool = False,
    ) -> Reply:
        """Save the progress and show its screen; the summary shows what will be sent, as soon as it can be."""
        shown = fit(progress, form)
        asked = form.fields[shown.at] if shown.screen is Screen.QUESTION else None
        outlook = None if problem else await self._outlook(respondent, shown, form)
        shown = replace(shown, revision=form.revision, mark="" if asked is None else asked.mark)
        if outlook is not None:
            shown = replace(shown, outcome=outlook.outcome, previewed=outlook.mark)
        now = await self.respondents.keep(respondent, shown, is_same_screen=is_same_screen)
        message = form_screens.current(now.screens, form, now.progress, problem, outlook)
        if offers_anew and form.anew is not None:
            message = form_screens.with_anew(now.screens, message, now.progress)
        return Reply(message=message, case_id=form.case_id)

    async def _outlook(self, respondent: Respondent, progress: Progress, form: FormView) -> PreviewView | None:
        """Return what a form at its summary would send; None while there is a choice, or something is missing."""
        decision = form.decision(form.chosen)
        if progress.screen is not Screen.SUMMARY or decision is None or form.problem:
            return None
        read = PreviewRead(form=form.form, outcome=decision.id)
        reply = await self.conversation.foresee(respondent.incoming, read)
        return reply.dialog if isinstance(reply.dialog, PreviewView) else None

    async def save(
        self,
        respondent: Respondent,
        form: FormView,
        field: FieldView,
        value: object,
        then: Progress,
        *,
        is_same_screen: bool = False,
        replaces: bool = False,
        also: Mapping[FieldName, object] = MappingProxyType({}),
    ) -> Reply:
        """Save an answer, and what it *also* answers, in the form's draft and go on to *then*.

        An answer that *replaces* the one shown at the question is asked for again when another one has come meanwhile.
        """
        known = respondent.progress.mark
        shown: dict[str, str] = {field.name: known} if replaces and known else {}
        saved = FormSaved(form=form.form, values={field.name: value, **also}, shown=shown)
        reply = await self.handle(respondent, saved)
        if isinstance(reply.dialog, FormView):
            now = await self.open(respondent)
            problem = next(one.problem for one in reply.dialog.fields if one.name == field.name)
            return await self.show(respondent, respondent.progress, now, problem) if isinstance(now, FormView) else now
        if reply.is_refusal or reply.kept is None:
            return reply
        if KINDS[field.type].is_looked_up or field.name in form.deciding:
            # What is suggested further on goes by the client, and what is asked by the answers that decide it.
            now = await self.open(respondent)
            if not isinstance(now, FormView):
                return now
            then = onwards(respondent.progress, then, form, now)
            return await self.show(respondent, then, now, is_same_screen=is_same_screen)
        fields = tuple(replace(each, value=value) if each.name == field.name else each for each in form.fields)
        form = replace(form, fields=fields, revision=reply.kept.revision)
        return await self.show(respondent, then, form, is_same_screen=is_same_screen)

    async def save_suggested(self, respondent: Respondent, form: FormView) -> Reply:
        """Save all that the question's screen suggests as answers, and go on to the first question without one."""
        accepted = {field.name: field.suggested for field in suggested_together(form)}
        reply = await self.handle(respondent, FormSaved(form=form.form, values=accepted))
        now = reply if reply.is_refusal else await self.open(respondent)
        if not isinstance(now, FormView):
            return now
        return await self.show(respondent, first_screen(respondent.progress, now), now)

    async def decide(self, respondent: Respondent, form: FormView, outcome: OutcomeId) -> Reply:
        """Keep a decision in the form's draft and go on to the first of its questions without an answer."""
        reply = await self.handle(respondent, FormSaved(form=form.form, values={}, outcome=outcome))
        now = reply if reply.is_refusal else await self.open(respondent)
        if not isinstance(now, FormView):
            return now
        progress = replace(respondent.progress, outcome=outcome, is_changing=False, page=0)
        return await self.show(respondent, first_screen(progress, now), now)

    async def preview(self, respondent: Respondent, form: FormView, outcome: OutcomeId) -> Reply:
        """Show what would be sent, or what has to be corrected first."""
        reply = await self.handle(respondent, FormPreviewed(form=form.form, outcome=outcome, values={}))
        if isinstance(reply.dialog, PreviewView):
            return await self.show_preview(respondent, reply, reply.dialog)
        return await self.show_problems(respondent, reply)

    async def show_preview(self, respondent: Respondent, reply: Reply, view: PreviewView) -> Reply:
        """Show what would be sent, below the toast of a reply that explains why it is shown again."""
        progress = replace(
            respondent.progress,
            screen=Screen.PREVIEW,
            outcome=view.outcome,
            previewed=view.mark,
            is_changing=False,
        )
        now = await self.respondents.keep(respondent, progress)
        shown = form_screens.preview(now.screens, view, now.progress)
        if reply.is_refusal and reply.toast is not None:
            shown = put_above(now.screens.sentence(reply.toast), shown)
        return Reply(message=shown, case_id=reply.case_id)

    async def show_problems(self, respondent: Respondent, reply: Reply) -> Reply:
        """Go to the first wrong answer, or to the summary when no answer is wrong by itself."""
        if not isinstance(reply.dialog, FormView):
            return reply
        progress = respondent.progress
        form = self.decided(progress, reply.dialog)
        wrong = next((at for at, field in enumerate(form.fields) if field.problem is not None), None)
        if wrong is None:
            return await self.show(respondent, replace(progress, screen=Screen.SUMMARY), form, reply.toast)
        progress = replace(progress, screen=Screen.QUESTION, at=wrong, is_changing=True, month="", page=0)
        return await self.show(respondent, progress, form, form.fields[wrong].problem)
