"""The keys of organisation.yaml and of a process file: what editors show and what the parser accepts."""

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    StringConstraints,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic import Field as Key
from pydantic_core import PydanticCustomError

from workflows.domain.clients import ClientAttribute
from workflows.domain.definition import Closing, Preview, Recipient, TalkedAbout
from workflows.domain.ids import (
    DepartmentId,
    EndId,
    FieldName,
    ItemId,
    OutcomeId,
    PersonId,
    ProcessId,
    StageId,
    TemplateName,
)
from workflows.domain.people import Role

ID = r"^[a-z][a-z0-9_]*$"
NUMBER = r"^[A-Z][A-Z0-9]{0,9}$"
DURATION = r"^[1-9][0-9]{0,4}[smhd]$"
CURRENCY = r"^[A-Z]{3}$"
EMAIL = r"^[^@\s<>,;\"]+@[^@\s<>,;\".]+(\.[^@\s<>,;\".]+)+$"
NO_WORDS = "no_words"
"""The kind of error of a text without words."""
MAX_ID = 40
"""Ids travel in the 64 bytes of a button."""

_Named = StringConstraints(pattern=ID, max_length=MAX_ID)
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Department_ = Annotated[DepartmentId, _Named]
Person_ = Annotated[PersonId, _Named]
Process_ = Annotated[ProcessId, _Named]
Stage_ = Annotated[StageId, _Named]
End_ = Annotated[EndId, _Named]
Outcome_ = Annotated[OutcomeId, _Named]
Item_ = Annotated[ItemId, _Named]
Field_ = Annotated[FieldName, _Named]
Option_ = Annotated[str, _Named]
Template_ = Annotated[TemplateName, _Named]
Place_ = Annotated[str, _Named]
Duration_ = Annotated[str, StringConstraints(pattern=DURATION)]


def _as_expression(value: object) -> object:
    """Return a plain number, true or false as the expression that gives it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
    return value


Default_ = Annotated[Line, BeforeValidator(_as_expression), WithJsonSchema({"type": ["string", "number", "boolean"]})]


class Keys(BaseModel):
    """A mapping of the YAML; an unknown key is a problem."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _tell_known_keys(cls, data: object, info: ValidationInfo) -> object:
        """Record for the parser which keys this mapping may have: its context maps the `id()` of a mapping to them."""
        if isinstance(info.context, dict):
            info.context[id(data)] = tuple(field.alias or name for name, field in cls.model_fields.items())
        return data


class TextKeys(Keys):
    """What people read, in each language of the company: those in which the organisation has its name."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    ru: Line | None = Key(default=None, description="The words in Russian.")
    en: Line | None = Key(default=None, description="The words in English.")

    @model_validator(mode="after")
    def _has_words(self) -> Self:
        if self.ru is None and self.en is None:
            raise PydanticCustomError(NO_WORDS, "no words in any language")
        return self


class DepartmentKeys(Keys):
    """A department, its head and its channel."""

    title: TextKeys = Key(description="The name of the department.")
    head: Person_ = Key(description="The id of the person to whom everything undefined goes.")
    parent: Department_ | None = Key(default=None, description="The id of the department above this one.")
    channel: TextKeys | None = Key(
        default=None, description="The name of its channel in the chats; the title by default."
    )


class PersonKeys(Keys):
    """Somebody who works in the organisation."""

    name: TextKeys = Key(description="First name and surname.")
    post: TextKeys = Key(description="What the person does, such as sales manager.")
    department: Annotated[
        Annotated[Department_, Tag("department:one")]
        | Annotated[Annotated[list[Department_], Key(min_length=1)], Tag("department:list")],
        Discriminator(lambda value: "department:list" if isinstance(value, list) else "department:one"),
    ] = Key(description="The id of the department, or a list of ids with the main one first.")
    roles: list[Role] = Key(
        default_factory=list, description="What the person may do beside the department's work: manager, administrator."
    )
    email: Annotated[str, StringConstraints(pattern=EMAIL)] | None = Key(default=None, description="The work address.")

    @property
    def departments(self) -> tuple[DepartmentId, ...]:
        """Return every department the person works in, the main one first."""
        return (self.department,) if isinstance(self.department, str) else tuple(self.department)


class OrganisationKeys(Keys):
    """organisation.yaml: who works where, and who heads what."""

    organisation: TextKeys = Key(description="The name of the organisation.")
    departments: dict[Department_, DepartmentKeys] = Key(min_length=1, description="Departments by their ids.")
    people: dict[Person_, PersonKeys] = Key(min_length=1, description="People by their ids.")


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
    again: bool = Key(default=False, description="Whether a later visit asks anew instead of keeping the answer.")
    expect: Line | None = Key(
        default=None,
        description="What usually holds of the answer, such as `start >= today`: an expression over the case's fields "
        "and `today`. An answer of which it does not hold is asked about before it is sent.",
    )


class PlainColumnKeys(AskedKeys):
    """A value that is typed in."""

    type: Literal["text", "long_text", "number", "date", "yes_no", "phone", "email", "inn"] = Key(
        description="What is entered."
    )


class PlainFieldKeys(AskedKeys, OfStageKeys):
    """A value that is typed in or attached."""

    type: Literal["text", "long_text", "number", "date", "yes_no", "phone", "email", "inn", "file", "client"] = Key(
        description="What is entered."
    )
    of_client: ClientAttribute | None = Key(
        default=None, description="What the answer also keeps up to date in the client base."
    )


class MoneyColumnKeys(AskedKeys):
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
        case "money" | "rows" as kind:
            return f"field:{kind}"
    return "field:plain"


def _column_kind(value: object) -> str:
    kind = _kind(value)
    return kind if kind in ("field:money", "field:choice") else "field:plain"


Column = PlainColumnKeys | MoneyColumnKeys | ChoiceColumnKeys
AnyColumn = Annotated[
    Annotated[PlainColumnKeys, Tag("field:plain")]
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
    expect: Line | None = Key(
        default=None, description="What usually holds of the answer here; by default as it is there."
    )


Asked = PlainFieldKeys | MoneyKeys | ChoiceKeys | RowsKeys
AnyField = Annotated[
    Annotated[PlainFieldKeys, Tag("field:plain")]
    | Annotated[MoneyKeys, Tag("field:money")]
    | Annotated[ChoiceKeys, Tag("field:choice")]
    | Annotated[RowsKeys, Tag("field:rows")]
    | Annotated[FromKeys, Tag("field:from")],
    Discriminator(_kind),
]


class ItemKeys(Keys):
    """Something to be done and ticked before the stage can be completed."""

    label: TextKeys = Key(description="What is to be done.")
    required: bool = Key(default=True, description="Whether the stage can be completed only when it is ticked.")
    for_: list[Outcome_] | None = Key(
        default=None,
        alias="for",
        min_length=1,
        description="The decisions with which it is asked; by default all that need the check list.",
    )


AnyItem = Annotated[
    Annotated[ItemKeys, Tag("item:whole")] | Annotated[TextKeys, Tag("item:words")],
    Discriminator(lambda v: "item:words" if isinstance(v, dict) and ("ru" in v or "en" in v) else "item:whole"),
]


class StageTargetKeys(Keys):
    """The stage that comes next, and the message that goes there."""

    stage: Stage_ = Key(description="The id of the stage.")
    handover: Template_ | None = Key(default=None, description="The template of the handover message, from letters/.")


class EndTargetKeys(Keys):
    """The end that is reached, and the message that is left."""

    end: End_ = Key(description="The id of the end.")
    handover: Template_ | None = Key(default=None, description="The template of the handover message, from letters/.")


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


class LetterKeys(Keys):
    """A letter that the outcome sends."""

    template: Template_ = Key(description="The name of the letter in letters/, without .ru.j2.")
    to: Recipient = Key(description="Who gets it: client.")


class OutcomeKeys(Keys):
    """A decision with which a stage is completed, and where it leads."""

    title: TextKeys = Key(description="The words on the button.")
    to: list[AnyTarget] = Key(min_length=1, description="One or several stages that begin, or ends that are reached.")
    when: Line | None = Key(
        default=None, description="When it can be chosen: an expression over the case's fields and `visit` (from 1)."
    )
    requires: list[Field_] | None = Key(
        default=None, description="The fields of the form needed for it, instead of those marked as required."
    )
    checklist: bool = Key(default=True, description="Whether the check list must be ticked for it.")
    letters: list[LetterKeys] = Key(default_factory=list, description="The letters that it sends.")
    at_once: bool = Key(
        default=False,
        description="Whether one press on the unclaimed card claims and completes the task, when nothing is missing.",
    )
    preview: Preview = Key(
        default=Preview.OUTSIDE,
        description="When what it sends has to be seen before: always, with letters to the client (outside), never.",
    )


class ReactionKeys(Keys):
    """How long a task may wait until somebody claims it."""

    remind: Duration_ = Key(description="When the department is reminded: 30m, 2h, 1d.")
    escalate: Duration_ = Key(description="When the head is told: 30m, 2h, 1d.")


class StageKeys(Keys):
    """A piece of work of one department."""

    title: TextKeys = Key(description="The name of the stage.")
    department: Department_ = Key(description="The id of the department that does it.")
    form: dict[Field_, AnyField] = Key(default_factory=dict, description="The fields by their names, in order.")
    checklist: dict[Item_, AnyItem] = Key(default_factory=dict, description="What is to be ticked, by ids, in order.")
    outcomes: dict[Outcome_, OutcomeKeys] = Key(
        default_factory=dict, description="The decisions that complete the stage, by their ids; at least one."
    )
    join: list[Stage_] = Key(
        default_factory=list, description="The stages that must all have handed over before this one begins."
    )
    reaction: ReactionKeys | None = Key(default=None, description="How long it may wait until somebody claims it.")
    due: Duration_ | None = Key(default=None, description="How long the work may take: 30m, 2h, 3d.")


class EndKeys(Keys):
    """A state in which a case, or one of its branches, is over."""

    title: TextKeys = Key(description="The name of the end.")
    closes: Closing = Key(
        description="branch: only this branch is over; case: the case is completed once nothing is open; "
        "case_at_once: the case is completed now and open tasks are withdrawn."
    )


class ProcessKeys(Keys):
    """A process: its stages, their forms and outcomes, and where they lead."""

    process: Process_ = Key(description="The id of the process.")
    title: TextKeys = Key(description="The name of the process.")
    number: Annotated[str, StringConstraints(pattern=NUMBER)] = Key(
        description="The letters before the number of a case: ONB makes ONB-1, ONB-2."
    )
    start: Stage_ = Key(description="The stage with which a case is opened; its department opens cases.")
    summary: list[Field_] = Key(default_factory=list, description="The fields that every card shows.")
    topic: TalkedAbout = Key(
        default=TalkedAbout.WITH_DEPARTMENT,
        description="department: cards appear where the department is bound; case: each in its own topic, if possible.",
    )
    stages: dict[Stage_, StageKeys] = Key(min_length=1, description="The stages by their ids.")
    ends: dict[End_, EndKeys] = Key(min_length=1, description="The ends by their ids.")
