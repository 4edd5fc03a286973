"""Drafts of forms: each window writes what was changed in it, and never what it merely shows."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from workflows.domain.commands import RawValues
from workflows.domain.decision import Decision
from workflows.domain.events import TaskCompleted
from workflows.domain.filling import Filling
from workflows.domain.ids import FieldName, ItemId, OutcomeId
from workflows.domain.text import storable

Mark = str
"""The digest of an answer: equal for answers that mean the same."""

OUTCOME = "outcome:"
"""The key of the decision among the answers of a window; names of fields contain no colon."""
MOST_WINDOWS = 16
"""How many windows of a draft are remembered: of a forgotten one only what it was shown first is known."""
_EMPTY = "0"
_LENGTH = 10


def tick_key(item: ItemId) -> str:
    """Return the key of an item of the check list among the answers of a window."""
    return f"tick:{item}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWindow:
    """What is known of a window: the newest moment it reported, and by key the mark of what it last wrote or was told.

    `told` are the marks of the answers that were not taken, since the person has been told of a newer one.
    """

    at: int = 0
    marks: Mapping[str, Mark] = field(default_factory=dict)
    told: Mapping[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was typed into a form and not sent yet; `revision` grows with every change of the answers or the decision.

    `answers` has only the fields that were changed: the others are as the form begins. A field that was emptied is in
    it with an empty answer.
    """

    answers: RawValues = field(default_factory=dict)
    outcome: OutcomeId | None = None
    revision: int = 0
    windows: Mapping[str, SeenWindow] = field(default_factory=dict)


NO_DRAFT = Draft()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A draft with what a window changed.

    `ticks` are the items that the window set. `conflicts` are the keys of answers that were not taken: they have been
    changed elsewhere since the window last knew them.
    """

    draft: Draft
    ticks: Mapping[ItemId, bool] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()


def merge(draft: Draft, filling: Filling, ticked: frozenset[ItemId] = frozenset()) -> Merged:
    """Write what was changed in a window into a draft; *ticked* is the check list of the task as it is now.

    What was changed elsewhere meanwhile is a conflict, unless the person was told and confirms; a report older than
    the newest one of its window changes nothing.
    """
    seen = draft.windows.get(filling.window, SeenWindow())
    if filling.at and filling.at < seen.at:
        return Merged(draft=draft)
    marks, told = dict(seen.marks), dict(seen.told)
    answers, outcome, ticks, conflicts = dict(draft.answers), draft.outcome, dict[ItemId, bool](), list[str]()
    now = _now(draft, filling, ticked)
    for key, held in _held(filling):
        mine = mark(held)
        base = marks.get(key, filling.shown.get(key))
        # What stands there as it was last known was not changed; but to preview a decision is to take it anew.
        if filling.window and mine == base and key not in told and not (key == OUTCOME and filling.confirms):
            continue
        if told.get(key) == mine and not filling.confirms:
            continue
        if key in now and now[key] not in (mine, base) and base is not None:
            conflicts.append(key)
            if filling.tells:
                marks[key], told[key] = now[key], mine
            continue
        marks[key] = mine
        told.pop(key, None)
        if now.get(key) == mine:
            continue
        if key == OUTCOME:
            outcome = filling.outcome
        elif key in _ticks(filling):
            ticks[_ticks(filling)[key]] = bool(held)
        else:
            answers[FieldName(key)] = held
    changed = (answers, outcome) != (dict(draft.answers), draft.outcome)
    windows = draft.windows
    if filling.window:
        known = SeenWindow(at=max(seen.at, filling.at), marks=marks, told=told)
        others = {window: each for window, each in draft.windows.items() if window != filling.window}
        windows = dict([*others.items(), (filling.window, known)][-MOST_WINDOWS:])
    merged = replace(draft, answers=answers, outcome=outcome, windows=windows, revision=draft.revision + changed)
    return Merged(draft=merged, ticks=ticks, conflicts=tuple(conflicts))


def _held(filling: Filling) -> Iterator[tuple[str, object]]:
    yield from filling.values.items()
    if filling.outcome is not None:
        yield OUTCOME, filling.outcome
    for item, done in filling.ticks.items():
        yield tick_key(item), done


def _ticks(filling: Filling) -> Mapping[str, ItemId]:
    return {tick_key(item): item for item in filling.ticks}


def _now(draft: Draft, filling: Filling, ticked: frozenset[ItemId]) -> dict[str, Mark]:
    """Return the marks of what the draft and the check list say now; a field that nobody wrote has none."""
    now: dict[str, Mark] = {name: mark(answer) for name, answer in draft.answers.items()}
    if draft.outcome is not None:
        now[OUTCOME] = mark(draft.outcome)
    return now | {tick_key(item): mark(item in ticked) for item in filling.ticks}


def mark(answer: object) -> Mark:
    """Return the mark of an answer in its canonical form, or as typed where it has none."""
    meant = _meant(answer)
    return _EMPTY if meant is None else _digest(meant)


def _meant(answer: object) -> object | None:
    """Return what counts of an answer: the id of a file, the name of a client, None for an empty one.

    A file that is kept again keeps the id of the platform where it was chosen.
    """
    match answer:
        case str():
            return storable(answer) or None
        case Mapping() if "kind" in answer and not answer.get("new"):
            return f"{answer['kind']}:{answer.get('id')}"
        case Mapping() if "id" in answer:
            is_client = isinstance(answer["id"], int) or answer["id"] == "new"
            return answer.get("name") if is_client else str(answer.get("source") or answer["id"] or "") or None
        case Mapping():
            cells = {str(name): meant for name, cell in answer.items() if (meant := _meant(cell)) is not None}
            return cells or None
        case list() | tuple():
            return [meant for part in answer if (meant := _meant(part)) is not None] or None
    return answer


def preview_mark(decision: Decision, revision: int) -> Mark:
    """Return the mark of what sending a draft would lead to: its revision, the facts, the decision and what follows."""
    completed = next(event for event in decision.events if isinstance(event, TaskCompleted))
    facts = {name: _meant(value) for name, value in decision.case.values.items()}
    return f"{revision}.{_digest([facts, completed.outcome, list(completed.went_to)])}"


def _digest(meant: object) -> str:
    text = json.dumps(meant, ensure_ascii=False, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:_LENGTH]
