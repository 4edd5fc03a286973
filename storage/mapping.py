"""Rows to values and back. Rows never leave this folder."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from pydantic import TypeAdapter

from workflows.domain.case import Case, CaseStatus, ClientRef, Task, TaskStatus
from workflows.domain.definition import Recipient
from workflows.domain.events import KINDS, Event
from workflows.domain.text import Language
from workflows.ports.rendering import FilledLetter, LetterText

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_EVENTS: dict[str, TypeAdapter[Any]] = {kind: TypeAdapter(event) for kind, event in KINDS.items()}

CASE_COLUMNS = (
    "id",
    "number",
    "process",
    "version",
    "status",
    "opened_by",
    "opened_at",
    "client_id",
    "client_name",
    "facts",
    "end_id",
    "closed_at",
    "revision",
)
"""The columns of a case in the order in which `read_case` reads them, and the revision that guards its writes."""

TASK_COLUMNS = (
    "id",
    "stage",
    "department",
    "status",
    "visit",
    "offered_at",
    "generation",
    "revision",
    "came_from",
    "rework_for",
    "rework_reason",
    "assignee",
    "claimed_at",
    "due_at",
    "ticks",
    "outcome",
    "went_to",
    "closed_at",
    "claim_by",
)
"""The columns of a task in the order in which `read_task` reads them."""

_FIRST_OF_TASK = len(CASE_COLUMNS)


def to_moment(at: datetime) -> int:
    """Write an aware moment as microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def from_moment(moment: int) -> datetime:
    """Read a moment back, in UTC."""
    return _EPOCH + timedelta(microseconds=moment)


def maybe_to_moment(at: datetime | None) -> int | None:
    """Write a moment as microseconds since 1970; None stays None."""
    return None if at is None else to_moment(at)


def maybe_from_moment(moment: int | None) -> datetime | None:
    """Read a moment back, in UTC; None stays None."""
    return None if moment is None else from_moment(moment)


def to_json(value: object) -> str:
    """Write a value as compact JSON text."""
    return orjson.dumps(value).decode()


def from_json(text: str) -> Any:
    """Read JSON text."""
    return orjson.loads(text)


def case_row(case: Case) -> dict[str, Any]:
    """Return the row of a case."""
    return {
        "id": case.id,
        "number": case.number,
        "process": case.process,
        "version": case.version,
        "status": case.status.value,
        "opened_by": case.opened_by,
        "opened_at": to_moment(case.opened_at),
        "client_id": None if case.client is None else case.client.id,
        "client_name": None if case.client is None else case.client.name,
        "facts": to_json(case.values),
        "end_id": case.end,
        "closed_at": maybe_to_moment(case.closed_at),
    }


def task_row(case: Case, task: Task) -> dict[str, Any]:
    """Return the row of a task; the process and opening time of its case are repeated in it for the queue."""
    return {
        "id": task.id,
        "case_id": case.id,
        "ordinal": int(task.id.rpartition(".")[2]),
        "process": case.process,
        "stage": task.stage,
        "department": task.department,
        "status": task.status.value,
        "visit": task.visit,
        "opened_at": to_moment(case.opened_at),
        "offered_at": to_moment(task.offered_at),
        "generation": task.generation,
        "revision": task.revision,
        "came_from": to_json(task.came_from),
        "rework_for": to_json(task.rework_for),
        "rework_reason": task.rework_reason,
        "assignee": task.assignee,
        "claimed_at": maybe_to_moment(task.claimed_at),
        "due_at": maybe_to_moment(task.due_at),
        "ticks": to_json(sorted(task.ticks)),
        "outcome": task.outcome,
        "went_to": to_json(task.went_to),
        "closed_at": maybe_to_moment(task.closed_at),
        "claim_by": maybe_to_moment(task.claim_by),
    }


def read_case(rows: Sequence[Sequence[Any]]) -> Case:
    """Read a case from the rows of `storage.statements.CASE_WITH_TASKS`: one for each task, or one without a task."""
    row = rows[0]
    tasks = [read_task(row[_FIRST_OF_TASK:]) for row in rows if row[_FIRST_OF_TASK] is not None]
    return Case(
        id=row[0],
        number=row[1],
        process=row[2],
        version=row[3],
        status=CaseStatus(row[4]),
        opened_by=row[5],
        opened_at=from_moment(row[6]),
        client=None if row[7] is None else ClientRef(id=row[7], name=row[8]),
        values=from_json(row[9]),
        end=row[10],
        closed_at=maybe_from_moment(row[11]),
        tasks={task.id: task for task in tasks},
    )


def read_revision(rows: Sequence[Sequence[Any]]) -> int:
    """Read the revision of a case from the same rows."""
    return int(rows[0][_FIRST_OF_TASK - 1])


def read_task(row: Sequence[Any]) -> Task:
    """Read a task from a row of TASK_COLUMNS."""
    return Task(
        id=row[0],
        stage=row[1],
        department=row[2],
        status=TaskStatus(row[3]),
        visit=row[4],
        offered_at=from_moment(row[5]),
        generation=row[6],
        revision=row[7],
        came_from=tuple(from_json(row[8])),
        rework_for=tuple(from_json(row[9])),
        rework_reason=row[10],
        assignee=row[11],
        claimed_at=maybe_from_moment(row[12]),
        due_at=maybe_from_moment(row[13]),
        ticks=frozenset(from_json(row[14])),
        outcome=row[15],
        went_to=tuple(from_json(row[16])),
        closed_at=maybe_from_moment(row[17]),
        claim_by=maybe_from_moment(row[18]),
    )


def event_row(case_id: int, event: Event) -> dict[str, Any]:
    """Return the row of an event of a case."""
    return {
        "case_id": case_id,
        "at": to_moment(event.at),
        "by": event.by,
        "kind": event.kind,
        "data": _EVENTS[event.kind].dump_json(event, exclude={"at", "by"}).decode(),
    }


def read_event(at: int, by: str | None, kind: str, data: str) -> Event:
    """Read an event back."""
    event: Event = _EVENTS[kind].validate_python({"at": from_moment(at), "by": by, **from_json(data)})
    return event


def letter_row(letter: FilledLetter) -> dict[str, Any]:
    """Return the row of a letter."""
    return {
        "case_id": letter.case_id,
        "from_task": letter.from_task,
        "template": letter.template,
        "template_version": letter.template_version,
        "stage": letter.stage,
        "department": letter.department,
        "recipient": letter.recipient,
        "by": letter.by,
        "at": to_moment(letter.at),
        "facts": to_json(letter.facts),
        "texts": to_json({language.value: [text.subject, text.body] for language, text in letter.texts.items()}),
    }


def read_letter(row: Mapping[str, Any]) -> FilledLetter:
    """Read a letter back."""
    return FilledLetter(
        template=row["template"],
        template_version=row["template_version"],
        case_id=row["case_id"],
        from_task=row["from_task"],
        by=row["by"],
        at=from_moment(row["at"]),
        stage=row["stage"],
        department=row["department"],
        recipient=None if row["recipient"] is None else Recipient(row["recipient"]),
        facts=from_json(row["facts"]),
        texts={Language(code): LetterText(subject=t[0], body=t[1]) for code, t in from_json(row["texts"]).items()},
    )


def folded(name: str) -> str:
    """Return a name in the form in which names are compared: single spaces, case folded (SQLite folds only ASCII)."""
    return " ".join(name.split()).casefold()
