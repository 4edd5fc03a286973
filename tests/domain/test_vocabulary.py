"""Nothing of the vocabulary is forgotten: every command is decided, every event is applied or only recorded."""

from typing import Any, get_args

import pytest

from tests.domain.walk import ANNA, NOON, open_walk
from workflows.domain import commands, decide, errors, events, evolve
from workflows.domain.definition import FieldType
from workflows.domain.facts import values

TOLD_BY_HISTORY_ONLY: set[type[events.Event]] = {
    events.CaseOpened,
    events.DecisionNeeded,
    events.LoopEnded,
    events.TaskOvertaken,
    events.CommentAdded,
    events.DepartmentReminded,
    events.HeadTold,
    events.LetterMarked,
    events.DecisionNeeded,
}


def leaves(union: Any) -> set[type[object]]:
    """Return the members of a union of unions."""
    members = get_args(union)
    return set().union(*(leaves(member) for member in members)) if members else {union}


def all_of(root: type[Any]) -> set[type[Any]]:
    """Return the subclasses of a type, however deep."""
    return {root}.union(*(all_of(sub) for sub in root.__subclasses__()))


def dataclasses_of(module: Any) -> set[type[object]]:
    """Return the dataclasses that a module defines."""
    return {
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and thing.__module__ == module.__name__ and hasattr(thing, "__dataclass_fields__")
    }


def test_every_command_is_one_of_the_union() -> None:
    assert dataclasses_of(commands) == leaves(commands.Command)


def test_every_command_is_decided() -> None:
    assert set(decide._DECIDERS) | {commands.OpenCase} == leaves(commands.Command)


def test_every_event_evolves_or_is_told_by_the_history_only() -> None:
    known = set(evolve._STEPS) | TOLD_BY_HISTORY_ONLY

    assert known == dataclasses_of(events) - {events.Event}
    assert not set(evolve._STEPS) & TOLD_BY_HISTORY_ONLY


def test_every_event_has_a_kind_of_its_own_under_which_it_is_found() -> None:
    known = dataclasses_of(events) - {events.Event}

    assert set(events.KINDS.values()) == known
    assert all(vars(event)["kind"] == kind for kind, event in events.KINDS.items())
    assert len(events.KINDS) == len(known)


def test_an_event_that_only_the_history_tells_changes_no_case() -> None:
    case = open_walk().case

    assert evolve.evolve(case, events.CommentAdded(at=NOON, by=ANNA, text="?")) is case


def test_every_refusal_has_a_code_of_its_own() -> None:
    refusals = all_of(errors.Refusal)
    codes = {refusal.code for refusal in refusals}

    assert len(codes) == len(refusals)
    assert all("code" in vars(refusal) for refusal in refusals)


def test_every_type_of_field_is_read() -> None:
    assert set(values.KINDS) == set(FieldType)


def test_a_case_is_opened_by_a_person() -> None:
    (opening, *_) = open_walk().last.events
    assert isinstance(opening, events.CaseOpened)
    nobody = events.CaseOpened(
        at=NOON, by=None, case_id=opening.case_id, number="ONB-1", process=opening.process, version="v1", client=None
    )

    with pytest.raises(ValueError, match="opened by a person"):
        evolve.opened(nobody)
