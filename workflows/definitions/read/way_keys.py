"""The keys of the ways between stages: targets, what a join needs, and the limit of a loop."""

from typing import Annotated

from pydantic import BeforeValidator, Discriminator, StringConstraints, Tag, WithJsonSchema
from pydantic import Field as Key

from workflows.definitions.read.keys import End_, Keys, Line, Place_, Stage_, Template_

NEED = r"^(all|any|begun|[1-9][0-9]?)$"

_WHEN_TAKEN = (
    "When this way is taken: an expression over the case's fields and `visit`. Of several ways one, some or all may be."
)


def _as_words(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Need_ = Annotated[
    str,
    StringConstraints(pattern=NEED),
    BeforeValidator(_as_words),
    WithJsonSchema({"anyOf": [{"enum": ["all", "any", "begun"]}, {"type": "integer", "minimum": 1}]}),
]


class StageTargetKeys(Keys):
    """The stage that comes next, and the message that goes there."""

    stage: Stage_ = Key(description="The id of the stage.")
    handover: Template_ | None = Key(default=None, description="The template of the handover message, from letters/.")
    when: Line | None = Key(default=None, description=_WHEN_TAKEN)


class EndTargetKeys(Keys):
    """The end that is reached, and the message that is left."""

    end: End_ = Key(description="The id of the end.")
    handover: Template_ | None = Key(default=None, description="The template of the handover message, from letters/.")
    when: Line | None = Key(default=None, description=_WHEN_TAKEN)


def _target_kind(value: object) -> str:
    if not isinstance(value, dict):
        return "target:id"
    return "target:end" if "end" in value else "target:stage"


AnyTarget = Annotated[
    Annotated[Place_, Tag("target:id")]
    | Annotated[StageTargetKeys, Tag("target:stage")]
    | Annotated[EndTargetKeys, Tag("target:end")],
    Discriminator(_target_kind),
]


class JoinKeys(Keys):
    """The stages that hand over before a stage begins, and how many of them must."""

    of: list[Stage_] = Key(min_length=1, description="The ids of the stages.")
    need: Need_ = Key(
        default="all",
        description="all: every one of them; any: the first; a number: so many; begun: those that were begun.",
    )


AnyJoin = Annotated[
    Annotated[list[Stage_], Tag("join:list")] | Annotated[JoinKeys, Tag("join:need")],
    Discriminator(lambda value: "join:need" if isinstance(value, dict | JoinKeys) else "join:list"),
]


class AtMostKeys(Keys):
    """How often a case may come to a stage, and where it goes instead."""

    visits: Annotated[int, Key(ge=1, le=1000)] = Key(description="The number of visits.")
    else_: AnyTarget = Key(alias="else", description="The stage or end to which it goes instead of one more visit.")
