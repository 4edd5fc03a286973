"""How each kind of field is asked for on a page: the shape of its control, and what a browser is told of an input."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows.domain.definition import FieldType


class Shape(StrEnum):
    """The shapes of `templates/web/_field.html`."""

    LINE = "line"
    TEXT = "text"
    TICKS = "ticks"
    YES_NO = "yes_no"
    CHOICE = "choice"
    ROWS = "rows"
    FILE = "file"
    FILES = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebControl:
    """A control: its shape; of a line also the `type` and `inputmode` of HTML, and the address of suggestions.

    A line that `picks` takes what people type and has a picker of that type of HTML beside it.
    """

    shape: Shape = Shape.LINE
    input: str = "text"
    mode: str = ""
    suggests: str = ""
    picks: str = ""


CONTROLS: Mapping[FieldType, WebControl] = {
    FieldType.TEXT: WebControl(),
    FieldType.LONG_TEXT: WebControl(shape=Shape.TEXT),
    FieldType.NUMBER: WebControl(mode="decimal"),
    FieldType.MONEY: WebControl(mode="decimal"),
    FieldType.DATE: WebControl(picks="date"),
    FieldType.CHOICE: WebControl(shape=Shape.CHOICE),
    FieldType.CHOICES: WebControl(shape=Shape.TICKS),
    FieldType.YES_NO: WebControl(shape=Shape.YES_NO),
    FieldType.PHONE: WebControl(input="tel", mode="tel"),
    FieldType.EMAIL: WebControl(input="email", mode="email"),
    FieldType.INN: WebControl(mode="numeric"),
    FieldType.ROWS: WebControl(shape=Shape.ROWS),
    FieldType.FILE: WebControl(shape=Shape.FILE),
    FieldType.CLIENT: WebControl(suggests="clients"),
    FieldType.RECORD: WebControl(suggests="records"),
    FieldType.TIME: WebControl(input="time"),
    FieldType.MOMENT: WebControl(picks="datetime-local"),
    FieldType.PERCENT: WebControl(mode="decimal"),
    FieldType.URL: WebControl(mode="url"),
    FieldType.FILES: WebControl(shape=Shape.FILES),
    FieldType.PERSON: WebControl(suggests="people"),
    FieldType.DEPARTMENT: WebControl(suggests="departments"),
    FieldType.OGRN: WebControl(mode="numeric"),
    FieldType.KPP: WebControl(),
    FieldType.BIK: WebControl(mode="numeric"),
    FieldType.ACCOUNT: WebControl(mode="numeric"),
    FieldType.SNILS: WebControl(mode="numeric"),
}
"""One row for each kind; a test holds that none is missing."""
