"""Who a stage is for, as its author wrote it; `workflows.domain.candidates` finds the people."""

from dataclasses import dataclass
from enum import StrEnum

from workflows.domain.compiled import Condition
from workflows.domain.ids import DepartmentId, StageId

OPENER = "opener"
"""The word for whoever opened the case, where a stage could be named instead."""
EVERYBODY = "everybody"
OWNER = "owner"
"""The part of a record that says whose it is."""
CLIENT = "client"
"""The word for the client of a case, where a field with a record could be named instead."""


class WhoKind(StrEnum):
    """How a rule names people; `name` of a rule is what the kind needs."""

    EVERYBODY = "everybody"
    DEPARTMENT = "department"
    """Whoever works in it, whenever that is asked."""
    HEAD = "head"
    """The head of a department."""
    HEAD_OF = "head_of"
    """The head over the opener, or over whoever did a stage."""
    POST = "post"
    PERSON = "person"
    DID = "did"
    """Whoever did a stage last."""
    OWNER = "owner"
    """The owner of the client, or of the record in a field."""
    NAMED_IN = "named_in"
    """The person who is in a field, or everybody of the department that is."""
    OPENER = "opener"
    ROLE = "role"
    SKILL = "skill"
    OF = "of"
    """Everybody whom the rules in `of` name, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoRule:
    """One rule: whom it names, and `when` it counts (None: always).

    A `department` narrows a post, a role or a skill to those who work there.
    """

    kind: WhoKind
    name: str = ""
    department: DepartmentId | None = None
    of: tuple["WhoRule", ...] = ()
    when: Condition | None = None


class Offer(StrEnum):
    """How a task gets to one of its candidates."""

    CLAIM = "claim"
    """Whoever is first takes it."""
    HEAD = "head"
    """The head of the department has it, and does it or hands it over."""
    TURN = "turn"
    """Each of them in turn."""
    LEAST_LOADED = "least_loaded"
    """Whoever has the fewest tasks."""
    PERSON = "person"
    """The first of those whom the rules name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ButNot:
    """Four eyes: whoever did or has one of `stages`, or opened the case (`opener`), does not get the task."""

    stages: tuple[StageId, ...] = ()
    opener: bool = False

    def __bool__(self) -> bool:
        return self.opener or bool(self.stages)


NOBODY_BARRED = ButNot()
