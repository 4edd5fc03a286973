"""What a picture of a process shows: a box for each stage and end, an arrow for each way between two of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from workflows.domain.definition import End, Stage, WorkflowDefinition
from workflows.domain.ids import EndId, StageId
from workflows.domain.people import Organisation
from workflows.domain.text import Language

BoxId = NewType("BoxId", str)


class BoxKind(StrEnum):
    """What a box stands for."""

    START = "start"
    STAGE = "stage"
    END = "end"
    BRANCH_END = "branch_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A stage or an end; `doer` names the department, None at an end."""

    id: BoxId
    kind: BoxKind
    title: str
    doer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A way from one box to another, with the titles of the outcomes that take it."""

    start: BoxId
    end: BoxId
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessGraph:
    """The boxes and arrows of a process, in the order of its definition."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def process_graph(definition: WorkflowDefinition, organisation: Organisation, language: Language) -> ProcessGraph:
    """Return the graph of a process; every stage has its own box for an end that closes only its branch."""
    boxes = {BoxId(stage.id): _stage_box(stage, definition, organisation, language) for stage in _stages(definition)}
    outcomes: dict[tuple[BoxId, BoxId], list[str]] = {}
    for stage in _stages(definition):
        for outcome in stage.outcomes:
            for target in definition.possible_targets(outcome):
                box = _target_box(stage, target.to, definition, language)
                boxes.setdefault(box.id, box)
                outcomes.setdefault((BoxId(stage.id), box.id), []).append(outcome.title.in_(language))
    arrows = (
        Arrow(start=start, end=end, outcomes=tuple(dict.fromkeys(titles))) for (start, end), titles in outcomes.items()
    )
    return ProcessGraph(title=definition.title.in_(language), boxes=tuple(boxes.values()), arrows=tuple(arrows))


def _stages(definition: WorkflowDefinition) -> Iterator[Stage]:
    yield definition.stages[definition.start]
    yield from (stage for stage in definition.stages.values() if stage.id != definition.start)


def _stage_box(stage: Stage, definition: WorkflowDefinition, organisation: Organisation, language: Language) -> Box:
    return Box(
        id=BoxId(stage.id),
        kind=BoxKind.START if stage.id == definition.start else BoxKind.STAGE,
        title=stage.title.in_(language),
        doer=organisation.departments[stage.department].title.in_(language),
    )


def _target_box(stage: Stage, to: StageId | EndId, definition: WorkflowDefinition, language: Language) -> Box:
    end = definition.ends.get(EndId(to))
    if end is None:
        return Box(id=BoxId(to), kind=BoxKind.STAGE, title=definition.title_of(to).in_(language))
    return _end_box(stage, end, definition, language)


def _end_box(stage: Stage, end: End, definition: WorkflowDefinition, language: Language) -> Box:
    is_branch = definition.ends_branch(end.id)
    return Box(
        id=BoxId(f"{stage.id} {end.id}" if is_branch else end.id),
        kind=BoxKind.BRANCH_END if is_branch else BoxKind.END,
        title=end.title.in_(language),
    )
