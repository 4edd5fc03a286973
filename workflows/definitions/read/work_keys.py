"""The keys of `work:`: how a visit to a stage has several tasks, and when it is over."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, StringConstraints, Tag, WithJsonSchema
from pydantic import Field as Key

from workflows.definitions.read.keys import Field_, Keys, Line
from workflows.definitions.read.rule_keys import RuleKeys
from workflows.definitions.read.sub_case_keys import SubCaseKeys
from workflows.definitions.read.who_keys import NamedKeys

ENOUGH = r"^[1-9][0-9]{0,2}$"
APPROVALS = r"^(all|any|[1-9][0-9]?)$"


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_Enough = Annotated[
    str,
    StringConstraints(pattern=ENOUGH),
    BeforeValidator(_as_text),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 999}),
]
_Approvals = Annotated[
    str,
    StringConstraints(pattern=APPROVALS),
    BeforeValidator(_as_text),
    WithJsonSchema({"anyOf": [{"enum": ["all", "any"]}, {"type": "integer", "minimum": 1, "maximum": 99}]}),
]
_InTurn = Annotated[
    Literal["turn"] | None,
    Key(alias="in", description="turn: one task after another; by default all at once."),
]


class EachKeys(Keys):
    """A task for each row; its form asks for further cells of that row."""

    each: Field_ = Key(description="The field of type rows, a task for each row of it.")
    in_: _InTurn = None
    need: _Enough | None = Key(default=None, description="How many have to be done; by default all.")
    until: Line | None = Key(
        default=None, description="When it is over before that: an expression over the case's fields and the rows."
    )


class ApproveKeys(Keys):
    """A task for each approver."""

    approve: _Approvals = Key(description="How many have to approve: all, any (one), or a number.")
    in_: _InTurn = None
    veto: NamedKeys | None = Key(default=None, description="Whose no counts for all: a person, a post, a head, a role.")


def _kind(value: object) -> str:
    return next(
        (f"work:{key}" for key in ("approve", "rule", "case") if isinstance(value, dict) and key in value), "work:each"
    )


AnyWork = Annotated[
    Annotated[EachKeys, Tag("work:each")]
    | Annotated[ApproveKeys, Tag("work:approve")]
    | Annotated[RuleKeys, Tag("work:rule")]
    | Annotated[SubCaseKeys, Tag("work:case")],
    Discriminator(_kind),
]
