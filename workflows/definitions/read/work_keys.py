"""The keys of `work:`: how a visit to a stage has several tasks, and when it is over."""

from typing import Annotated

from pydantic import BeforeValidator, Discriminator, StringConstraints, Tag, WithJsonSchema
from pydantic import Field as Key

from workflows.definitions.read.keys import Field_, Keys
from workflows.definitions.read.row_keys import InTurn, RowKeys, as_text
from workflows.definitions.read.rule_keys import RuleKeys
from workflows.definitions.read.sub_case_keys import SubCaseKeys
from workflows.definitions.read.who_keys import NamedKeys

APPROVALS = r"^(all|any|[1-9][0-9]?)$"

_Approvals = Annotated[
    str,
    StringConstraints(pattern=APPROVALS),
    BeforeValidator(as_text),
    WithJsonSchema({"anyOf": [{"enum": ["all", "any"]}, {"type": "integer", "minimum": 1, "maximum": 99}]}),
]


class EachKeys(RowKeys):
    """A task for each row; its form asks for further cells of that row."""

    each: Field_ = Key(description="The field of type rows, a task for each row of it.")


class ApproveKeys(Keys):
    """A task for each approver."""

    approve: _Approvals = Key(description="How many have to approve: all, any (one), or a number.")
    in_: InTurn = None
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


def rows_of(work: AnyWork | None) -> Field_ | None:
    """Return the rows field for each row of which there is a task or a case; None where a visit is not about rows."""
    return work.each if isinstance(work, EachKeys | SubCaseKeys) else None
