"""What became of a form in words: what comes next, and where the case is now."""

from collections.abc import Sequence

from bot.conversation.forms.form_key import Form, NewCaseForm
from bot.conversation.turn import Turn
from bot.rendering.words.visits import visit_words
from workflows.domain.case import CaseStatus
from workflows.domain.decision import Decision
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.events import TaskCompleted, VisitCompleted
from workflows.domain.ids import StageId
from workflows.domain.notices import Notice, NoticeKind
from workflows.domain.routes import ways


def _completion_of(decision: Decision) -> TaskCompleted | VisitCompleted:
    """Return what led on: the completion of the task, or that of the visit which it has decided."""
    completed = next(event for event in decision.events if isinstance(event, TaskCompleted))
    visits = (event for event in decision.events if isinstance(event, VisitCompleted))
    return next((visit for visit in visits if visit.task_id == completed.task_id), completed)


def next_stages(turn: Turn, definition: WorkflowDefinition, decision: Decision) -> tuple[str, ...]:
    """Return the titles of what comes next: stages with their departments, or the end of the case.

    What still has to be done elsewhere is said beside it. The end of a branch is left out: nothing follows it.
    """
    waits = {notice.values["stage"]: notice.values["missing"] for notice in decision.notices if _says_it_waits(notice)}
    titles = []
    for to in ways.led_to(_completion_of(decision), decision.events):
        stage = definition.stages.get(StageId(to))
        if stage is not None:
            title = f"{stage.title.in_(turn.language)} ({turn.department_title(stage.department)})"
            missing = [turn.stage_title(definition, StageId(name)) for name in waits.get(to, ())]
            titles.append(_after_others(turn, title, missing))
        elif not definition.ends_branch(to):
            end = definition.title_of(to).in_(turn.language)
            title = turn.words.gettext("the end of the case: %(end)s", end=end)
            still_open = [turn.stage_title(definition, task.stage) for task in decision.case.open_tasks()]
            titles.append(_after_others(turn, title, still_open))
    return tuple(titles)


def _says_it_waits(notice: Notice) -> bool:
    return notice.kind is NoticeKind.HANDOVER_WAITS


def _after_others(turn: Turn, title: str, stages: Sequence[str]) -> str:
    if not stages:
        return title
    return turn.words.gettext(
        "%(title)s, when these are completed too: %(stages)s", title=title, stages=", ".join(stages)
    )


def sent_sentence(turn: Turn, form: Form, decision: Decision) -> str:
    """Return what became of a form that was sent: where the case is now."""
    case, words = decision.case, turn.words
    definition = turn.definitions.of(case.process, case.version)
    if case.status is CaseStatus.COMPLETED and case.end is not None:
        end = definition.title_of(case.end).in_(turn.language)
        return words.gettext("%(number)s is completed: %(end)s.", number=case.number, end=end)
    went = ", ".join(next_stages(turn, definition, decision))
    if isinstance(form, NewCaseForm):
        return words.gettext("%(number)s is opened. Next: %(stages)s.", number=case.number, stages=went)
    led_on = _completion_of(decision)
    if isinstance(led_on, TaskCompleted) and (
        progress := visit_words(turn.case_words(case), case.tasks[led_on.task_id]).progress
    ):
        return words.gettext("%(number)s: noted; %(progress)s.", number=case.number, progress=progress)
    if not went:
        return words.gettext("%(number)s: the stage is completed, nothing has to be handed over.", number=case.number)
    if not any(to in definition.stages for to in ways.led_to(_completion_of(decision), decision.events)):
        return words.gettext("%(number)s: the stage is completed. Next: %(stages)s.", number=case.number, stages=went)
    return words.gettext("%(number)s is handed over. Next: %(stages)s.", number=case.number, stages=went)
