"""What is known of a kind of field, and how a reader says that an answer cannot be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.domain.definition import Field, FieldType
from workflows.domain.errors import FieldProblem
from workflows.domain.ids import FieldName
from workflows.domain.text import storable, written

Reader = Callable[[Field, object], object | None]
"""Reads a raw answer into its canonical value, None when it is empty; raises Unreadable."""


Misfit = Callable[[Field, object, Mapping[FieldName, object]], FieldProblem | None]


class Gives(StrEnum):
    """The type of a value where expressions use it: what it can be compared and calculated with."""

    NUMBER = "number"
    DAY = "day"
    TEXT = "text"
    YES_NO = "yes_no"
    LIST = "list"
    """Several texts."""
    ROWS = "rows"
    """Several mappings of column names to values."""
    TIME = "time"
    MOMENT = "moment"
    PERSON = "person"


ORDERED = frozenset({Gives.NUMBER, Gives.DAY, Gives.TIME, Gives.MOMENT})
"""The types whose values have an order that people mean."""


class Unreadable(Exception):
    """One answer cannot be read; carries the problem up to the form."""

    def __init__(self, problem: FieldProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def as_it_is(_field: Field, value: object) -> object:
    """Return a canonical value that is a Python value already."""
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of field.

    `read` reads an answer; `told` reads one that is told from today on, such as "tomorrow", into what a draft keeps,
    None where it cannot; `typed` turns a canonical value into what expressions compare, which is of the type `gives`.
    `answered_by` are the kinds of facts that can answer a question of this kind (None: facts of the same kind).
    `misfit` returns what is wrong with an answer beside the others of its form. `is_looked_up`: what is typed is only
    the name of a record, which is found when the form is sent. `is_searched`: there are too many options to
    read, and a part of the label finds them. `holds_files`: an answer is shown as files to open, not
    as words.
    """

    read: Reader
    gives: Gives
    typed: Callable[[Field, object], object] = as_it_is
    told: Callable[[Field, object, date | None], object | None] | None = None
    answered_by: frozenset[FieldType] | None = None
    misfit: Misfit | None = None
    is_looked_up: bool = False
    is_searched: bool = False
    holds_files: bool = False

    @property
    def has_limits(self) -> bool:
        """Whether a field of this kind may name its least and its greatest answer."""
        return self.gives in ORDERED


def unreadable(code: str, **values: object) -> Unreadable:
    """Return the exception of an answer that cannot be read."""
    return Unreadable(FieldProblem(code=code, values={name: str(value) for name, value in values.items()}))


def text_in(raw: object) -> str:
    """Return the text of an answer as it can be stored; raises Unreadable when it is no text."""
    if not isinstance(raw, str):
        raise unreadable("unreadable")
    return storable(raw)


def written_in(raw: object) -> str:
    """Return the text of an answer with plain digits, spaces and dashes, for a reader; raises Unreadable."""
    return written(text_in(raw))
