"""Rework in words: the decision to hand work back, and what came of work that was returned."""

from dataclasses import replace

from bot.rendering.language.i18n import N_, words_in
from bot.rendering.words.cases import CaseWords
from workflows.domain.case import Correction, Task
from workflows.domain.definition import Field, Outcome, Stage
from workflows.domain.ids import FieldName, OutcomeId
from workflows.domain.text import Language, Text
from workflows.domain.visits.rework import HAND_BACK, REMARK
from workflows.domain.visits.visits import COMMENT

HAND_BACK_TITLE = N_("Corrected, hand back")
_COMMENT = N_("Comment")
_COMMENT_HINT = N_("Others see it. A no needs it: why, or what has to be mended")
_REMARK = N_("What was corrected")
_REMARK_HINT = N_("A few words for whoever returned the work, if they are needed")


def in_words(stage: Stage, language: Language) -> Stage:
    """Return a stage with the words of what the program adds to rework, its decision and question, and to approvals."""
    gettext = words_in(language).gettext

    def field(of: Field) -> Field:
        if of.name == COMMENT:
            return replace(of, label=Text.same(gettext(_COMMENT)), hint=Text.same(gettext(_COMMENT_HINT)))
        if of.name != REMARK:
            return of
        return replace(of, label=Text.same(gettext(_REMARK)), hint=Text.same(gettext(_REMARK_HINT)))

    def outcome(of: Outcome) -> Outcome:
        return replace(of, title=Text.same(gettext(HAND_BACK_TITLE))) if of.id == HAND_BACK else of

    return replace(stage, form=tuple(map(field, stage.form)), outcomes=tuple(map(outcome, stage.outcomes)))


def decided(on: CaseWords, stage: Stage | None, outcome: OutcomeId, correction: Correction | None) -> str:
    """Return how a task was completed: the title of its outcome, or that the work was handed back."""
    if correction is not None and correction.is_handed_back:
        return on.words.gettext(HAND_BACK_TITLE)
    found = None if stage is None else stage.outcome(outcome)
    return outcome if found is None else found.title.in_(on.language)


def corrected_in_words(on: CaseWords, correction: Correction) -> str:
    """Return which answers were corrected, and the remark of whoever did it."""
    gettext, parts = on.words.gettext, []
    if labels := ", ".join(_label(on, name) for name in correction.fields):
        parts.append(gettext("Corrected: %(fields)s", fields=labels))
    elif correction.is_handed_back:
        parts.append(gettext("No answers were changed"))
    if correction.remark:
        parts.append(gettext("“%(remark)s”", remark=correction.remark))
    return ", ".join(parts)


def came_back(on: CaseWords, task: Task) -> tuple[str, str] | None:
    """Return who corrected what the task had returned, and what came of it; None while nothing has come back."""
    rework = None if task.rework is None else on.case.tasks.get(task.rework)
    if not task.is_open or rework is None or rework.correction is None or rework.outcome is None:
        return None
    correction = rework.correction
    details = [corrected_in_words(on, correction)]
    if not correction.is_handed_back:
        title = decided(on, on.definition.stages.get(rework.stage), rework.outcome, correction)
        details.insert(0, on.words.gettext("Another decision was made: %(outcome)s", outcome=title))
    who = on.stage(rework.stage) if rework.assignee is None else on.person(rework.assignee)
    return on.words.gettext("Back from: %(person)s", person=who), ". ".join(filter(None, details))


def reasons(on: CaseWords, task: Task) -> tuple[tuple[str, str, str], ...]:
    """Return who returned work to this task: stage, person, and reason."""
    return tuple((on.stage(each.stage), on.person(each.by) if each.by else "", each.reason) for each in task.returns)


def _label(on: CaseWords, name: FieldName) -> str:
    return next((f.label.in_(on.language) for f in on.definition.fields() if f.name == name), str(name))
