"""Visits of several tasks: what each part is about, when a visit is over, and with which outcome."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from workflows.domain import errors
from workflows.domain.case import Case, Part, Task, TaskStatus, Values
from workflows.domain.definition import (
    Approval,
    EachRow,
    Field,
    FieldType,
    Outcome,
    Stage,
    Verdict,
    WorkflowDefinition,
)
from workflows.domain.facts.conditions import Around, holds
from workflows.domain.ids import FieldName, PersonId, StageId
from workflows.domain.text import Text

COMMENT = FieldName("_comment")
"""The question for an approver's comment. No definition can name a field like this."""
GONE = -1
"""The place of a row that was taken out."""

ASKED_TO_APPROVE = "approve"
"""How an approver's task was given to them (`TaskAssigned.offer`)."""

Row = Mapping[FieldName, object]

_COMMENT = Field(name=COMMENT, type=FieldType.LONG_TEXT, label=Text.same(COMMENT))
_MOST_OF_A_TITLE = 80


def parts_of(case: Case, stage: StageId, visit: int) -> tuple[Task, ...]:
    """Return the parts of a visit in the order in which they were made; none for a visit of one task."""
    return tuple(t for t in case.tasks.values() if t.stage == stage and t.visit == visit and t.part is not None)


def led_on(case: Case, stage: StageId) -> Task | None:
    """Return the task with which the latest visit to a stage was completed; None while it is unfinished."""
    visit = case.visits(stage)
    tasks = [t for t in case.tasks.values() if t.stage == stage and t.visit == visit]
    if any(task.is_unfinished for task in tasks):
        return None
    return next((task for task in reversed(tasks) if task.has_led_on), None)


def rows_of(values: Values, rows: FieldName) -> Sequence[Row]:
    """Return the rows of a rows field; none while it is not filled in."""
    known = values.get(rows)
    if not isinstance(known, list | tuple):
        return ()
    # Whether something is a mapping takes ten times longer to find out than whether it is a dict, as rows are.
    return [row for row in known if type(row) is dict or isinstance(row, Mapping)]


def rows_field(definition: WorkflowDefinition, rows: FieldName) -> Field | None:
    """Return the rows field of that name, or None."""
    return next((f for f in definition.fields() if f.name == rows and f.type is FieldType.ROWS), None)


def facts_for(case: Case, task: Task, definition: WorkflowDefinition) -> Values:
    """Return the facts as a task knows them: the cells of its row over the facts of the case."""
    stage = definition.stages.get(task.stage)
    return case.values if stage is None else with_row(case.values, stage, task.part)


def with_row(values: Values, stage: Stage, part: Part | None) -> Values:
    """Return the facts as a part of a visit knows them."""
    if part is None or part.row is None or not isinstance(stage.work, EachRow):
        return values
    rows = rows_of(values, stage.work.rows)
    return {**values, **rows[part.row]} if 0 <= part.row < len(rows) else values


def seen_from(case: Case, task: Task, definition: WorkflowDefinition) -> Case:
    """Return a case with the facts as a task knows them."""
    values = facts_for(case, task, definition)
    return case if values is case.values else replace(case, values=values)


def stage_for(task: Task, definition: WorkflowDefinition) -> Stage:
    """Return the stage as one of its tasks has to do it.

    A task without a row, of a stage that works on rows, deals with all of them; an approver is asked for a comment, and
    has to say why when it is a no.
    """
    stage = definition.stages[task.stage]
    if isinstance(stage.work, EachRow) and task.part is None:
        field = rows_field(definition, stage.work.rows)
        form = () if field is None else (replace(field, columns=field.cells, gathered=(), required=False),)
        return replace(stage, form=form)
    if isinstance(stage.work, Approval):
        outcomes = tuple(map(_with_reason, stage.outcomes))
        return replace(stage, form=(*stage.form, _COMMENT), outcomes=outcomes)
    return stage


def _with_reason(outcome: Outcome) -> Outcome:
    is_no = outcome.verdict in (Verdict.REJECT, Verdict.RETURN)
    return replace(outcome, requires=(*outcome.requires, COMMENT)) if is_no else outcome


def is_over(case: Case, stage: Stage, visit: int, definition: WorkflowDefinition, around: Around) -> bool:
    """Whether nothing more has to be done in a visit of several tasks: its outcome is certain.

    *around* is what conditions see besides the facts.
    """
    parts = parts_of(case, stage.id, visit)
    match stage.work:
        case EachRow() as work:
            return _rows_are_done(case, work, parts, definition, around)
        case Approval() as work:
            return verdict_of(stage, work, parts) is not None
    return False


def _rows_are_done(
    case: Case, work: EachRow, parts: Sequence[Task], definition: WorkflowDefinition, around: Around
) -> bool:
    done = {t.part.row for t in parts if t.part is not None and t.status is TaskStatus.COMPLETED} - {GONE}
    if done and work.until is not None and holds(work.until, definition, case.values, around):
        return True
    count = len(rows_of(case.values, work.rows))
    return len(done) >= (count if work.need is None else min(work.need, count))


def verdict_of(stage: Stage, work: Approval, parts: Sequence[Task]) -> Verdict | None:
    """Return the verdict of the approvers together, None while it is not certain.

    When enough approve, it is approved. When that cannot be any more, it is returned if anybody wants it mended, and
    else rejected; so it is as soon as somebody with a veto says no.
    """
    said = [(t, verdict) for t in parts if (verdict := said_by(stage, t)) is not None]
    vetoes = [verdict for t, verdict in said if t.part and t.part.has_veto and verdict is not Verdict.APPROVE]
    if vetoes:
        return vetoes[0]
    votes = Counter(verdict for _, verdict in said)
    waiting, need = len(waited_for(parts)), approvals_needed(work, parts)
    if votes[Verdict.APPROVE] >= need:
        return Verdict.APPROVE
    if votes[Verdict.APPROVE] + waiting >= need:
        return None
    return Verdict.RETURN if votes[Verdict.RETURN] else Verdict.REJECT


def approvals_needed(work: Approval, parts: Sequence[Task]) -> int:
    """Return how many approvers of a visit have to approve: never more than there are."""
    of = sum(part.status is TaskStatus.COMPLETED for part in parts) + len(waited_for(parts))
    return of if work.need is None else min(work.need, of)


def said_by(stage: Stage, part: Task) -> Verdict | None:
    """Return the verdict that an approver gave, or None."""
    outcome = None if part.outcome is None else stage.outcome(part.outcome)
    return None if outcome is None else outcome.verdict


def waited_for(parts: Sequence[Task]) -> tuple[Task | str, ...]:
    """Return the parts that are unfinished, and the approvers whose turn comes later."""
    last = parts[-1].part if parts else None
    return (*(t for t in parts if t.is_unfinished), *(() if last is None else last.then))


def asked(parts: Iterable[Task]) -> tuple[PersonId, ...]:
    """Return the approvers of a visit: who has the task of each part, or had it before it was released."""
    people = (t.assignee or next(iter(t.candidates or ()), None) for t in parts)
    return tuple(person for person in people if person is not None)


def check_one_verdict(case: Case, task: Task, person: PersonId) -> None:
    """Raise OneVerdictOnly when the person is another approver of the same visit."""
    if task.part is None or task.part.row is not None:
        return
    others = (t for t in parts_of(case, task.stage, task.visit) if t.id != task.id)
    if any(t.status is not TaskStatus.WITHDRAWN and t.assignee == person for t in others):
        raise errors.OneVerdictOnly(person_id=person)


def outcome_of(case: Case, stage: Stage, visit: int) -> Outcome | None:
    """Return the outcome of a visit that is over: of those that its tasks were completed with, the first described.

    Approvers who were outvoted do not count. None when no task was completed.
    """
    done = [t for t in parts_of(case, stage.id, visit) if t.status is TaskStatus.COMPLETED and _counts(t)]
    taken = {task.outcome for task in done}
    outcomes: Iterable[Outcome] = stage.outcomes
    if isinstance(stage.work, Approval):
        verdict = verdict_of(stage, stage.work, parts_of(case, stage.id, visit))
        outcomes = (outcome for outcome in outcomes if outcome.verdict is verdict)
    return next((outcome for outcome in outcomes if outcome.id in taken), None)


def _counts(task: Task) -> bool:
    return task.part is not None and task.part.row != GONE


def latest_done(parts: Iterable[Task]) -> Task | None:
    """Return the part that was completed last, None when none was; one whose row is gone does not count."""
    done = [task for task in parts if task.status is TaskStatus.COMPLETED and _counts(task)]
    return max(done, key=lambda task: (task.closed_at or task.offered_at, task.revision), default=None)


def rows_without_part(case: Case, work: EachRow, parts: Sequence[Task]) -> tuple[int, ...]:
    """Return the places of the rows for which a visit has no task yet."""
    having = {t.part.row for t in parts if t.part is not None and t.status is not TaskStatus.WITHDRAWN}
    return tuple(at for at in range(len(rows_of(case.values, work.rows))) if at not in having)


def title_of_row(field: Field | None, row: Row) -> str:
    """Return what names a row in every language: its first text, shortened; empty where it has none."""
    for column in () if field is None else field.columns:
        if column.type in (FieldType.TEXT, FieldType.LONG_TEXT) and row.get(column.name):
            words = " ".join(str(row[column.name]).split())
            return words if len(words) <= _MOST_OF_A_TITLE else words[: _MOST_OF_A_TITLE - 1].rstrip() + "…"
    return ""


def places_before(field: Field, before: Sequence[Row], after: Sequence[Row]) -> tuple[int | None, ...]:
    """Return for each row *after* a change which row it was *before*, None for a new one.

    A row is known by what its form asks: all of it, wherever it stands now, or a part of it in the same place.
    """
    names = [column.name for column in field.columns]
    left = dict(enumerate(before))
    found: list[int | None] = [None] * len(after)
    for at, row in enumerate(after):
        same = [at, *left] if at in left else list(left)
        found[at] = next((i for i in same if all(left[i].get(n) == row.get(n) for n in names)), None)
        if found[at] is not None:
            del left[found[at]]  # type: ignore[arg-type]  # it was found in it
    for at, row in enumerate(after):
        old = left.get(at)
        if found[at] is None and old is not None and any(row.get(n) == old[n] for n in names if n in old):
            found[at] = at
            del left[at]
    return tuple(found)


def with_gathered(stage: Stage, before: Values, answers: dict[FieldName, object]) -> dict[FieldName, object]:
    """Return the answers of a form; rows that it asks for keep what the tasks of the single rows have gathered."""
    for field in stage.form:
        if not field.gathered or field.name not in answers:
            continue
        old, new = rows_of(before, field.name), rows_of(answers, field.name)
        gathered = [column.name for column in field.gathered]
        was = places_before(field, old, new)
        answers[field.name] = [
            {**({} if at is None else {n: old[at][n] for n in gathered if n in old[at]}), **row}
            for at, row in zip(was, new, strict=True)
        ]
    return answers


def asked_cells(field: Field, value: object) -> object:
    """Return the rows of a form without what only the tasks of the single rows ask."""
    if not field.gathered or not isinstance(value, list | tuple):
        return value
    names = {column.name for column in field.columns}
    return [{n: cell for n, cell in row.items() if n in names} for row in value if isinstance(row, Mapping)]


def verdicts_of(case: Case, definition: WorkflowDefinition) -> tuple[tuple[Stage, Task], ...]:
    """Return the parts with a verdict of the latest visit to each approval, in the order in which they were given."""
    found = [
        (stage, task)
        for stage in definition.stages.values()
        if isinstance(stage.work, Approval)
        for task in parts_of(case, stage.id, case.visits(stage.id))
        if said_by(stage, task) is not None and task.closed_at is not None
    ]
    return tuple(sorted(found, key=lambda said: (said[1].closed_at, said[1].id)))
