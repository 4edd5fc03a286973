"""Visits of several tasks in words: how far they are, whom they wait for, and what approvers have said."""

from dataclasses import dataclass

from bot.rendering.words.cases import CaseWords
from bot.rendering.words.who import MOST_NAMES, names
from workflows.domain.case import Case, Task, TaskStatus
from workflows.domain.definition import Approval, EachRow, Stage, Verdict
from workflows.domain.ids import PersonId, StageId, TaskId
from workflows.domain.visits.visits import GONE, approvals_needed, asked, parts_of, rows_of, said_by, waited_for

Said = tuple[str, str, str]
"""Who said what, with which comment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitWords:
    """A visit of several tasks: how far it is, and what approvers have said so far."""

    progress: str
    verdicts: tuple[Said, ...]


NOTHING = VisitWords(progress="", verdicts=())


def visit_words(on: CaseWords, task: Task | None) -> VisitWords:
    """Return how the visit of a task stands; nothing to say for a visit of one task."""
    stage = None if task is None else on.definition.stages.get(task.stage)
    if task is None or task.part is None or stage is None:
        return NOTHING
    parts = parts_of(on.case, stage.id, task.visit)
    match stage.work:
        case Approval() as work:
            return VisitWords(progress=_approved(on, stage, work, parts), verdicts=_said(on, stage, parts))
        case EachRow() as work:
            return VisitWords(progress=_done(on, work, parts), verdicts=())
    return NOTHING


def card_visit(on: CaseWords, task: Task | None) -> dict[str, object]:
    """Return what `visit.j2` shows of the visit of a task: of one that is closed only what its approver remarked.

    How far the others are is told by the cards that are still open, and by the case.
    """
    if task is None or task.is_open:
        words = visit_words(on, task)
        return {"progress": words.progress, "verdicts": words.verdicts}
    stage = on.definition.stages.get(task.stage)
    said = () if stage is None else _said(on, stage, (task,))
    return {"progress": "", "verdicts": tuple(each for each in said if each[2])}


def one_of_each_visit(case: Case) -> tuple[Task, ...]:
    """Return the open tasks, of a visit of several tasks the first one."""
    first: dict[tuple[StageId, int, TaskId | None], Task] = {}
    for task in case.open_tasks():
        first.setdefault((task.stage, task.visit, task.id if task.part is None else None), task)
    return tuple(first.values())


def said_at(on: CaseWords, stage: StageId) -> tuple[Said, ...]:
    """Return what approvers said at the latest visit to a stage."""
    described = on.definition.stages.get(stage)
    parts = parts_of(on.case, stage, on.case.visits(stage))
    return () if described is None else _said(on, described, parts)


def _said(on: CaseWords, stage: Stage, parts: tuple[Task, ...]) -> tuple[Said, ...]:
    said = []
    for task in sorted(parts, key=lambda part: (part.closed_at is None, part.closed_at)):
        outcome = None if task.outcome is None else stage.outcome(task.outcome)
        if outcome is not None and task.assignee is not None and task.part is not None and task.part.row is None:
            said.append((on.person(task.assignee), outcome.title.in_(on.language), task.part.comment or ""))
    return tuple(said)


def _approved(on: CaseWords, stage: Stage, work: Approval, parts: tuple[Task, ...]) -> str:
    """Return how many have approved, of how many, and whom it waits for; nothing where one person decides."""
    approved = sum(said_by(stage, part) is Verdict.APPROVE for part in parts)
    of = sum(part.status is TaskStatus.COMPLETED for part in parts) + len(waited_for(parts))
    need = approvals_needed(work, parts)
    words = on.words
    if of == 1:
        return ""  # The only approver is named as the assignee.
    if need == of:
        said = words.ngettext("%(n)d of %(of)d has approved", "%(n)d of %(of)d have approved", approved, of=of)
    else:
        said = words.ngettext(
            "%(n)d of %(of)d has approved (%(need)d needed)",
            "%(n)d of %(of)d have approved (%(need)d needed)",
            approved,
            of=of,
            need=need,
        )
    waiting = _people(parts)
    if not waiting:
        return said
    return words.gettext("%(said)s, waiting for: %(people)s", said=said, people=names(words, on.organisation, waiting))


def _people(parts: tuple[Task, ...]) -> tuple[PersonId, ...]:
    """Return the approvers whose verdict is waited for, those whose turn comes later last."""
    later = parts[-1].part.then if parts and parts[-1].part is not None else ()
    is_open = any(part.is_unfinished for part in parts)
    return (*asked(part for part in parts if part.is_unfinished), *(later if is_open else ()))


def _done(on: CaseWords, work: EachRow, parts: tuple[Task, ...]) -> str:
    """Return how many rows are done, of how many, and which are not, with who has them."""
    done = sum(t.status is TaskStatus.COMPLETED and t.part is not None and t.part.row != GONE for t in parts)
    words = on.words
    said = words.ngettext(
        "%(n)d of %(of)d is done", "%(n)d of %(of)d are done", done, of=len(rows_of(on.case.values, work.rows))
    )
    open_ = [part for part in parts if part.is_unfinished]
    if not open_:
        return said
    shown = open_ if len(open_) <= MOST_NAMES else open_[: MOST_NAMES - 1]
    rows = "; ".join(_row(on, task) for task in shown)  # titles of rows may have commas
    if more := len(open_) - len(shown):
        rows = words.ngettext("%(rows)s and %(n)d other", "%(rows)s and %(n)d others", more, rows=rows)
    return words.gettext("%(said)s, not yet: %(rows)s", said=said, rows=rows)


def _row(on: CaseWords, task: Task) -> str:
    title = on.row_of(task)
    by = task.sub_case.number if task.sub_case is not None else None
    if task.assignee is not None:
        by = on.person(task.assignee)
    return title if by is None else on.words.gettext("%(row)s (%(person)s)", row=title, person=by)
