"""The keys of a field in the form of a stage, and of a column of rows."""

from typing import Annotated, Literal

from pydantic import Discriminator, StringConstraints, Tag
from pydantic import Field as Key

from workflows.definitions.read.keys import (
    CURRENCY,
    PART,
    Default_,
    Field_,
    Keys,
    Kind_,
    Line,
    Option_,
    Outcome_,
    Stage_,
    TextKeys,
)
from workflows.domain.clients import ClientAttribute
from workflows.domain.definition import MOST_FILES


class AskedKeys(Keys):
    """What all the kinds of fields have in common."""

    label: TextKeys = Key(description="The question as people read it.")
    required: bool = Key(default=False, description="Whether the stage can be completed only when it is filled in.")
    hint: TextKeys | None = Key(default=None, description="A line of help under the question.")
    default: Default_ | None = Key(
        default=None,
        description="What is suggested as the answer: today, me, opener, client.phone, a field of the process, an "
        "option, a number, a text in quotes.",
    )


class OfStageKeys(Keys):
    """What a field of a form may have and a column may not."""

    for_: list[Outcome_] | None = Key(
        default=None,
        alias="for",
        min_length=1,
        description="The decisions with which it is asked; by default all, and of an optional field that some "
        "decisions name in `requires` those.",
    )
    of_record: Annotated[str, StringConstraints(pattern=PART)] | None = Key(
        default=None,
        description="The field of a record that the answer is read from and written back to when the stage is "
        "completed: client.phone, object.area.",
    )
    computed: Line | None = Key(
        default=None,
        description="An expression over other facts, such as `goods|sum('price')`, whose value this is: it is shown "
        "and never asked for.",
    )
    again: bool = Key(default=False, description="Whether a later visit asks anew instead of keeping the answer.")
    show_when: Line | None = Key(
        default=None,
        description="When it is asked: an expression over the case's fields and the questions above it; without an "
        "answer the fact stays as it is.",
    )
    required_when: Line | None = Key(default=None, description="When it must be filled in: an expression.")
    expect: Line | None = Key(
        default=None,
        description="What usually holds of the answer, such as `start >= today`: an expression over the case's fields "
        "and `today`. An answer of which it does not hold is asked about before it is sent.",
    )


class OfClientKeys(Keys):
    """What a field may have that a person types in."""

    of_client: ClientAttribute | None = Key(
        default=None, description="What the answer also keeps up to date in the client base."
    )


Plain_ = Literal[
    "text",
    "long_text",
    "yes_no",
    "phone",
    "email",
    "url",
    "inn",
    "ogrn",
    "kpp",
    "bik",
    "snils",
    "person",
    "department",
]
"""The kinds of fields that have no keys of their own, in rows too."""


class PlainColumnKeys(AskedKeys):
    """A value that is typed in or chosen, in a row."""

    type: Plain_ = Key(description="What is entered.")


class PlainFieldKeys(AskedKeys, OfStageKeys, OfClientKeys):
    """A value that is typed in, chosen or attached."""

    type: Literal[Plain_, "file", "client"] = Key(description="What is entered.")


class LimitKeys(Keys):
    """What a field may have whose answers have an order."""

    min: Default_ | None = Key(default=None, description="The least answer, written as people would answer.")
    max: Default_ | None = Key(default=None, description="The greatest answer, written as people would answer.")


class NumberColumnKeys(AskedKeys, LimitKeys):
    """A number or a percentage in a row."""

    type: Literal["number", "percent"] = Key(description="A number, or a percentage.")
    unit: TextKeys | None = Key(default=None, description="What is counted or measured: pcs, m, Mbit/s.")


class NumberKeys(NumberColumnKeys, OfStageKeys, OfClientKeys):
    """A number or a percentage."""


class TimeColumnKeys(AskedKeys, LimitKeys):
    """A day, a time or both, in a row."""

    type: Literal["date", "time", "moment"] = Key(description="A day, a time of day, or a day with a time.")


class TimeKeys(TimeColumnKeys, OfStageKeys, OfClientKeys):
    """A day, a time of day, or a day with a time (in the time zone of the company)."""


class AccountColumnKeys(AskedKeys):
    """A bank account in a row."""

    type: Literal["account"] = Key(description="A bank account of 20 digits.")
    bik: Field_ | None = Key(
        default=None, description="The field of type bik beside it: the account is checked with that bank."
    )


class AccountKeys(AccountColumnKeys, OfStageKeys, OfClientKeys):
    """A bank account."""


class FilesKeys(AskedKeys, OfStageKeys):
    """Several files."""

    type: Literal["files"] = Key(description="Several files.")
    max_files: Annotated[int, Key(ge=1, le=50)] = Key(default=MOST_FILES, description="How many files at most.")


class RecordKeys(AskedKeys, OfStageKeys):
    """A record of the shared base, found by its name or added."""

    type: Literal["record"] = Key(description="A record of the shared base.")
    kind: Kind_ = Key(description="Which kind of records: the id of a file in records/.")
    add: bool = Key(default=True, description="Whether a new record may be added here.")


class MoneyColumnKeys(AskedKeys, LimitKeys):
    """An amount of money in a row."""

    type: Literal["money"] = Key(description="An amount of money.")
    currency: Annotated[str, StringConstraints(pattern=CURRENCY)] = Key(
        default="RUB", description="The currency by its three letters (ISO 4217)."
    )


class MoneyKeys(MoneyColumnKeys, OfStageKeys):
    """An amount of money."""


class ChoiceColumnKeys(AskedKeys):
    """One or several of the options, in a row."""

    type: Literal["choice", "choices"] = Key(description="One (choice) or several (choices) of the options.")
    options: dict[Option_, TextKeys] = Key(min_length=1, description="The options by their ids, in the order shown.")


class ChoiceKeys(ChoiceColumnKeys, OfStageKeys):
    """One or several of the options."""


def _kind(value: object) -> str:
    """Return the tag of the variant that reads a field; the plain one reports an unknown type."""
    if not isinstance(value, dict):
        return "field:plain"
    if "from" in value:
        return "field:from"
    match value.get("type"):
        case "choice" | "choices":
            return "field:choice"
        case "money" | "rows" | "record" | "account" | "files" as kind:
            return f"field:{kind}"
        case "number" | "percent":
            return "field:number"
        case "date" | "time" | "moment":
            return "field:time"
    return "field:plain"


def _column_kind(value: object) -> str:
    kind = _kind(value)
    return kind if kind not in ("field:rows", "field:files", "field:from") else "field:plain"


Column = PlainColumnKeys | NumberColumnKeys | TimeColumnKeys | AccountColumnKeys | MoneyColumnKeys | ChoiceColumnKeys
AnyColumn = Annotated[
    Annotated[PlainColumnKeys, Tag("field:plain")]
    | Annotated[NumberColumnKeys, Tag("field:number")]
    | Annotated[TimeColumnKeys, Tag("field:time")]
    | Annotated[AccountColumnKeys, Tag("field:account")]
    | Annotated[MoneyColumnKeys, Tag("field:money")]
    | Annotated[ChoiceColumnKeys, Tag("field:choice")],
    Discriminator(_column_kind),
]


class RowsKeys(AskedKeys, OfStageKeys):
    """A list of rows, such as goods with their prices."""

    type: Literal["rows"] = Key(description="A list of rows.")
    columns: dict[Field_, AnyColumn] = Key(min_length=1, description="The columns by their names, in the order shown.")


class FromKeys(Keys):
    """The same field as in the form of another stage."""

    from_: Stage_ = Key(alias="from", description="The stage whose form has the field of this name.")
    required: bool | None = Key(default=None, description="Whether it is required here; by default as it is there.")
    hint: TextKeys | None = Key(
        default=None, description="A line of help under the question; by default as it is there."
    )
    default: Default_ | None = Key(default=None, description="What is suggested here; by default as it is there.")
    for_: list[Outcome_] | None = Key(
        default=None, alias="for", min_length=1, description="The decisions of this stage with which it is asked."
    )
    again: bool | None = Key(
        default=None, description="Whether a later visit asks anew here; by default as it is there."
    )
    show_when: Line | None = Key(default=None, description="When it is asked here; by default as it is there.")
    required_when: Line | None = Key(
        default=None, description="When it must be filled in here; by default as it is there."
    )
    expect: Line | None = Key(
        default=None, description="What usually holds of the answer here; by default as it is there."
    )


Asked = (
    PlainFieldKeys | RecordKeys | NumberKeys | TimeKeys | AccountKeys | MoneyKeys | ChoiceKeys | FilesKeys | RowsKeys
)
AnyField = Annotated[
    Annotated[PlainFieldKeys, Tag("field:plain")]
    | Annotated[NumberKeys, Tag("field:number")]
    | Annotated[TimeKeys, Tag("field:time")]
    | Annotated[AccountKeys, Tag("field:account")]
    | Annotated[FilesKeys, Tag("field:files")]
    | Annotated[MoneyKeys, Tag("field:money")]
    | Annotated[ChoiceKeys, Tag("field:choice")]
    | Annotated[RowsKeys, Tag("field:rows")]
    | Annotated[RecordKeys, Tag("field:record")]
    | Annotated[FromKeys, Tag("field:from")],
    Discriminator(_kind),
]
