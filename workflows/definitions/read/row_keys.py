"""The keys that stages share which work on the rows of a list."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints, WithJsonSchema
from pydantic import Field as Key

from workflows.definitions.read.keys import Keys, Line

ENOUGH = r"^[1-9][0-9]{0,2}$"


def as_text(value: object) -> object:
    """Return a number as it was written."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_Enough = Annotated[
    str,
    StringConstraints(pattern=ENOUGH),
    BeforeValidator(as_text),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 999}),
]
InTurn = Annotated[
    Literal["turn"] | None,
    Key(alias="in", description="turn: one task after another; by default all at once."),
]


class RowKeys(Keys):
    """How the rows of a list are worked on."""

    in_: InTurn = None
    need: _Enough | None = Key(default=None, description="How many have to be done; by default all.")
    until: Line | None = Key(
        default=None, description="When it is over before that: an expression over the case's fields and the rows."
    )
