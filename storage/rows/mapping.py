"""Rows to values and back. Rows never leave this folder."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from pydantic import TypeAdapter

from storage.rows.columns import Column, Columns, part
from workflows.domain.case import (
    Asked,
    Case,
    CaseLink,
    CaseStatus,
    ClientRef,
    Correction,
    Held,
    Parent,
    Part,
    Return,
    Task,
    TaskStatus,
)
from workflows.domain.client_letters import ClientLetter, Sent
from workflows.domain.definition import Recipient
from workflows.domain.events import KINDS, Event
from workflows.domain.forms.drafts import Draft, SeenWindow
from workflows.domain.ids import case_of
from workflows.domain.text import Language
from workflows.ports.rendering import FilledLetter, LetterText

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_EVENTS: dict[str, TypeAdapter[Any]] = {kind: TypeAdapter(event) for kind, event in KINDS.items()}


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


def value_of(member: StrEnum) -> str:
    """Write a member of a closed set."""
    return member.value


def tuple_of(text: str) -> tuple[Any, ...]:
    """Read JSON text that holds a list."""
    return tuple(from_json(text))


def to_json(value: object) -> str:
    """Write a value as compact JSON text."""
    return orjson.dumps(value).decode()


def from_json(text: str) -> Any:
    """Read JSON text."""
    return orjson.loads(text)


def _written_correction(correction: Correction | None) -> str | None:
    return None if correction is None else to_json(correction)


def _read_correction(text: str | None) -> Correction | None:
    return None if text is None else Correction(**{**(kept := from_json(text)), "fields": tuple(kept["fields"])})


def _written_part(part: Part | None) -> str | None:
    return None if part is None else to_json(part)


def read_part(text: str | None) -> Part | None:
    """Read what makes a task one of several of its visit; None for the only one."""
    return None if text is None else Part(**{**(kept := from_json(text)), "then": tuple(kept["then"])})


def _written_held(held: Held | None) -> str | None:
    return None if held is None else to_json(held)


def _read_held(text: str | None) -> Held | None:
    return None if text is None else Held(**{**(kept := from_json(text)), "missing": tuple(kept["missing"])})


def _written_asked(asked: tuple[Asked, ...]) -> str | None:
    return to_json(asked) if asked else None


def _read_asked(text: str | None) -> tuple[Asked, ...]:
    return () if text is None else tuple(Asked(**kept) for kept in from_json(text))


def _written_people(people: tuple[str, ...] | None) -> str | None:
    return None if people is None else to_json(people)


def read_people(text: str | None) -> tuple[Any, ...] | None:
    """Read the candidates of a task; None where everybody of its department is one."""
    return None if text is None else tuple_of(text)


def _read_returns(text: str) -> tuple[Return, ...]:
    return tuple(Return(**kept) for kept in from_json(text))


def _maybe_to_json(value: object) -> str | None:
    return None if value is None else to_json(value)


CASE = Columns(
    Column("id"),
    Column("number"),
    Column("process"),
    Column("version"),
    Column("status", value_of, CaseStatus, changes=True),
    Column("opened_by"),
    Column("opened_at", to_moment, from_moment),
    Column("client_id", part("id"), attribute="client", is_read=False),
    Column("client_name", part("name"), attribute="client", is_read=False),
    Column("facts", to_json, from_json, attribute="values", changes=True),
    Column("end_id", attribute="end", changes=True),
    Column("closed_at", maybe_to_moment, maybe_from_moment, changes=True),
    Column("parent", _maybe_to_json, lambda text: None if text is None else Parent(**from_json(text))),
    Column("switched_off", lambda off: to_json(sorted(off)), lambda text: frozenset(from_json(text)), changes=True),
)
TASK = Columns(
    Column("id"),
    Column("stage"),
    Column("department"),
    Column("status", value_of, TaskStatus, changes=True),
    Column("visit", changes=True),
    Column("offered_at", to_moment, from_moment, changes=True),
    Column("generation", changes=True),
    Column("revision", changes=True),
    Column("came_from", to_json, tuple_of, changes=True),
    Column("returns", to_json, _read_returns, changes=True),
    Column("correction", _written_correction, _read_correction, changes=True),
    Column("rework", changes=True),
    Column("assignee", changes=True),
    Column("claimed_at", maybe_to_moment, maybe_from_moment, changes=True),
    Column("due_at", maybe_to_moment, maybe_from_moment, changes=True),
    Column("ticks", lambda ticks: to_json(sorted(ticks)), lambda text: frozenset(from_json(text)), changes=True),
    Column("outcome", changes=True),
    Column("went_to", to_json, tuple_of, changes=True),
    Column("closed_at", maybe_to_moment, maybe_from_moment, changes=True),
    Column("claim_by", maybe_to_moment, maybe_from_moment, changes=True),
    Column("part", _written_part, read_part, changes=True),
    Column("candidates", _written_people, read_people, changes=True),
    Column("barred", to_json, tuple_of, changes=True),
    Column(
        "sub_case", _maybe_to_json, lambda text: None if text is None else CaseLink(**from_json(text)), changes=True
    ),
    Column("held", _written_held, _read_held, changes=True),
    Column("asked", _written_asked, _read_asked, changes=True),
)
CASE_COLUMNS = (*CASE.names, "revision")
"""The columns of a case in the order in which `read_case` reads them, and the revision that guards its writes."""
TASK_COLUMNS = TASK.names
"""The columns of a task in the order in which `read_task` reads them."""
_FIRST_OF_TASK = len(CASE_COLUMNS)


def case_row(case: Case) -> dict[str, Any]:
    """Return the row of a case."""
    return CASE.row(case)


def task_row(case: Case, task: Task) -> dict[str, Any]:
    """Return the row of a task; the process and opening time of its case are repeated in it for the queue."""
    ordinal = int(task.id.rpartition(".")[2])
    of_case = {"case_id": case.id, "ordinal": ordinal, "process": case.process, "opened_at": to_moment(case.opened_at)}
    return TASK.row(task) | of_case


def read_case(rows: Sequence[Sequence[Any]]) -> Case:
    """Read a case from the rows of `case_statements.CASE_WITH_TASKS`: one for each task, or one without a task."""
    row = rows[0]
    client_id, client_name = CASE.at(row, "client_id"), CASE.at(row, "client_name")
    tasks = [read_task(row[_FIRST_OF_TASK:]) for row in rows if row[_FIRST_OF_TASK] is not None]
    return Case(
        **CASE.attributes(row),
        client=None if client_id is None else ClientRef(id=client_id, name=client_name),
        tasks={task.id: task for task in tasks},
    )


def read_revision(rows: Sequence[Sequence[Any]]) -> int:
    """Read the revision of a case from the same rows."""
    return int(rows[0][_FIRST_OF_TASK - 1])


def read_task(row: Sequence[Any]) -> Task:
    """Read a task from a row of TASK_COLUMNS."""
    return Task(**TASK.attributes(row))


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
    return LETTER.row(letter)


def read_letter(row: Sequence[Any]) -> FilledLetter:
    """Read a letter from a row of LETTER's columns."""
    return FilledLetter(**LETTER.attributes(row))


CLIENT_LETTER_COLUMNS = ("task_id", "number", "template", "by", "sent_at", "sent_by")


def client_letter_row(letter: ClientLetter) -> dict[str, Any]:
    """Return the row of a letter to the client."""
    of_task = {"task_id": letter.task_id, "number": letter.number, "case_id": case_of(letter.task_id)}
    return of_task | {"template": letter.template, "by": letter.by} | sent_columns(letter.sent)


def sent_columns(sent: Sent | None) -> dict[str, Any]:
    """Return the columns that hold who sent a letter."""
    return {"sent_at": None if sent is None else to_moment(sent.at), "sent_by": None if sent is None else sent.by}


def read_client_letter(row: Sequence[Any]) -> ClientLetter:
    """Read a letter to the client from a row of CLIENT_LETTER_COLUMNS."""
    task_id, number, template, by, sent_at, sent_by = row
    sent = None if sent_at is None else Sent(by=sent_by, at=from_moment(sent_at))
    return ClientLetter(task_id=task_id, number=number, template=template, by=by, sent=sent)


DRAFT_COLUMNS = ("answers", "revision", "outcome", "windows")


def draft_row(key: str, draft: Draft) -> dict[str, Any]:
    """Write a draft, all but when it was saved."""
    windows = {window: [seen.at, seen.marks, seen.told] for window, seen in draft.windows.items()}
    return {
        "key": key,
        "answers": to_json(draft.answers),
        "revision": draft.revision,
        "outcome": draft.outcome,
        "windows": to_json(windows),
    }


def read_draft(row: Sequence[Any]) -> Draft:
    """Read a draft from a row of DRAFT_COLUMNS."""
    answers, revision, outcome, windows = row
    seen = {
        window: SeenWindow(at=at, marks=marks, told=told) for window, (at, marks, told) in from_json(windows).items()
    }
    return Draft(answers=from_json(answers), revision=revision, outcome=outcome, windows=seen)


def _written_texts(texts: Mapping[Language, LetterText]) -> str:
    return to_json({language.value: [text.subject, text.body] for language, text in texts.items()})


def _read_texts(texts: str) -> dict[Language, LetterText]:
    return {Language(code): LetterText(subject=text[0], body=text[1]) for code, text in from_json(texts).items()}


LETTER = Columns(
    Column("case_id"),
    Column("from_task"),
    Column("template"),
    Column("template_version"),
    Column("stage"),
    Column("department"),
    Column("recipient", read=lambda recipient: None if recipient is None else Recipient(recipient)),
    Column("by"),
    Column("at", to_moment, from_moment),
    Column("facts", to_json, from_json),
    Column("texts", _written_texts, _read_texts),
)
