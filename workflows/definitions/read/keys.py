"""What the keys of all files are made of: ids, durations, texts, and mappings that know their keys."""

from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic import Field as Key
from pydantic_core import PydanticCustomError

from workflows.domain.ids import (
    DepartmentId,
    EndId,
    FieldName,
    ItemId,
    KindId,
    OutcomeId,
    PersonId,
    ProcessId,
    StageId,
    TemplateName,
)

ID = r"^[a-z][a-z0-9_]*$"
NUMBER = r"^[A-Z][A-Z0-9]{0,9}$"
DURATION = r"^[1-9][0-9]{0,4}[smhd]$"
CURRENCY = r"^[A-Z]{3}$"
EMAIL = r"^[^@\s<>,;\"]+@[^@\s<>,;\".]+(\.[^@\s<>,;\".]+)+$"
PART = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"
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
Kind_ = Annotated[KindId, _Named]
Name_ = Annotated[str, _Named]
"""The name of something that the organisation lists: a post, a skill, a role."""
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
