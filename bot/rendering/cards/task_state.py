"""The state of a task, as the cards and notices about it show it."""

from bot.rendering.words.cases import CaseWords
from bot.rendering.words.rework import decided
from bot.rendering.words.who import intended, names
from workflows.domain.candidates import Candidates
from workflows.domain.case import Case, Task, TaskStatus
from workflows.domain.definition import Stage
from workflows.domain.text import Language

_STATE = (
    "status",
    "offered_at",
    "claim_by",
    "claimed_at",
    "closed_at",
    "assignee",
    "outcome",
    "was_returned",
    "for_whom",
    "but_not",
    "is_needless",
    "waits_for",
)


def state_of(on: CaseWords, task: Task | None) -> dict[str, object]:
    """Return what `task_state.j2` shows of a task."""
    if task is None:
        return dict.fromkeys(_STATE)
    stage = on.definition.stages[task.stage]
    return {
        "status": task.status.value,
        "offered_at": task.offered_at,
        "claim_by": task.claim_by,
        "claimed_at": task.claimed_at,
        "closed_at": task.closed_at,
        "assignee": on.person_or_nobody(task.assignee),
        "outcome": "" if task.outcome is None else decided(on, stage, task.outcome, task.correction),
        "was_returned": _was_returned(on.case, task),
        **_whom(on, task),
        "is_needless": task.part is not None and task.closed_at != on.case.closed_at,
        "waits_for": "" if task.rework is None else on.stage_of(task.rework),
    }


def _whom(on: CaseWords, task: Task) -> dict[str, str | None]:
    """Return for whom a ready task is, besides everybody of its department, and for whom it is not."""
    if task.status is not TaskStatus.READY:
        return {"for_whom": None, "but_not": None}
    may = Candidates(case=on.case, definition=on.definition, organisation=on.organisation)
    barred = [each for each in sorted(may.barred(task)) if on.organisation.is_candidate(each, task.department)]
    return {
        "for_whom": intended(on.words, on.organisation, task.department, task.candidates),
        "but_not": names(on.words, on.organisation, barred) if barred and task.candidates is None else None,
    }


def held_words(stage: Stage, task: Task, language: Language) -> dict[str, object] | None:
    """Return how far a form is that waits for answers, and which it lacks; None for one that does not wait."""
    if task.held is None:
        return None
    missing = [field.label.in_(language) for field in stage.form if field.name in task.held.missing]
    return {
        "done": task.held.needed - len(task.held.missing),
        "of": task.held.needed,
        "missing": ", ".join(missing),
    }


def _was_returned(case: Case, task: Task) -> bool:
    """Whether a withdrawn task was sent back; one that ended with its case was closed at the moment of the case."""
    return task.part is None and task.closed_at is not None and task.closed_at != case.closed_at
