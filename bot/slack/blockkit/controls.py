"""How each type of question is asked in a window: the elements that show an answer, and the answer read back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.conversation.reply import FieldView
from bot.rendering.language.i18n import N_, Words
from bot.rendering.markup.text import fitting, units
from bot.slack.api.slack_file import SlackFile
from bot.slack.blockkit import table_cells, table_text
from bot.slack.blockkit.blocks import INPUT, JSON, MOST_TICKS, VALUE, offered, option, options
from workflows.domain.definition import FieldType
from workflows.domain.facts.values import date_in, truth_in
from workflows.domain.records import CLIENT
from workflows.usecases.records_of_forms import answer_written

TYPED, CHOSEN = "typed", "chosen"
"""The action ids of what is typed, of which Slack reports every letter, and of what is chosen.

Without these reports the answers in a window that is closed would be lost: Slack may send none of its state then (the
payloads of bolt's own tests have an empty one).
"""
RECORD_OF = "of:"
"""How the action ids of menus begin that find records of a kind: `of:<kind>`."""
SAVE = "save"
"""The action id of buttons that save the form and show it again."""
_NO, _YES = "no", "yes"
MOST_CHOSEN_FILES = 10
"""How many files an input of Slack takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """`elements` show an answer, in several inputs where it is long; `answer` reads it from the states of all parts.

    A state has the number of its input as `part`. What `is_long` may take several inputs. The answer of a control that
    `takes_file` are the SlackFiles that were chosen. `how` is the catalogue id of what to type.
    """

    elements: Callable[[FieldView, Words], list[JSON]]
    answer: Callable[[FieldView, Sequence[JSON]], object]
    takes_file: bool = False
    is_long: bool = False
    how: str = ""


def control_of(field: FieldView) -> Control:
    """Return how a question is asked."""
    return CONTROLS[field.type]


def can_show(field: FieldView) -> bool:
    """Whether the control of a question can show its answer: a picker shows only what it can pick."""
    if field.value in (None, "", []):
        return True
    match field.type:
        case FieldType.DATE:
            return date_in(field.value) is not None
        case FieldType.YES_NO:
            return truth_in(field.value) is not None
        case FieldType.CHOICE | FieldType.PERSON | FieldType.DEPARTMENT:
            return any(option.id == field.value for option in field.options)
    return True


def text_of(field: FieldView) -> str:
    """Return the answer to a question as text for an input."""
    if field.columns:
        return table_text.write(field.columns, field.shown)
    value = field.value.get("name") if isinstance(field.value, Mapping) else field.value
    return "" if value is None else str(value)


def _line(kind: str) -> Callable[[FieldView, Words], list[JSON]]:
    def elements(field: FieldView, _words: Words) -> list[JSON]:
        text = text_of(field)
        if kind == "plain_text_input":
            text = " ".join(text.split())
        return [_input(kind, text[: fitting(text, INPUT)], multiline=False)]

    return elements


def _long_text(field: FieldView, _words: Words) -> list[JSON]:
    return [_input("plain_text_input", part, multiline=True) for part in _cut(text_of(field), at_lines=False)]


def _rows(field: FieldView, words: Words) -> list[JSON]:
    """Return an input to paste into and one for each cell, or where there are too many the whole table as text."""
    if table_cells.fits(field):
        cells = (control_of(cell).elements(cell, words)[0] for cell in table_cells.cells_of(field))
        return [_input("plain_text_input", "", multiline=True), *cells]
    return [_input("plain_text_input", part, multiline=True) for part in _cut(text_of(field), at_lines=True)]


def _input(kind: str, text: str, *, multiline: bool) -> JSON:
    reporting = {"trigger_actions_on": ["on_character_entered"]}
    element: JSON = {"type": kind, "action_id": TYPED, "dispatch_action_config": reporting}
    if kind == "plain_text_input":
        element |= {"multiline": multiline, "max_length": INPUT}
    if text:
        element["initial_value"] = text
    return element


def _cut(text: str, *, at_lines: bool) -> list[str]:
    """Cut a text into parts that fit into an input each and make the same text when they are joined."""
    parts: list[str] = []
    while units(text) > INPUT:
        end = fitting(text, INPUT)
        found = text.rfind("\n", 0, end) if at_lines else -1
        at = found if found > 0 else end
        parts.append(text[:at])
        text = text[at + 1 :] if found > 0 else text[at:]
    return [*parts, text]


def _date(field: FieldView, _words: Words) -> list[JSON]:
    element: JSON = {"type": "datepicker", "action_id": CHOSEN}
    day = date_in(field.value)
    if day is not None:
        element["initial_date"] = day.isoformat()
    return [element]


def _choice(field: FieldView, _words: Words) -> list[JSON]:
    return [_select([(o.id, o.label) for o in field.options], str(field.value or ""))]


def _yes_no(field: FieldView, words: Words) -> list[JSON]:
    chosen = {True: _YES, False: _NO, None: ""}[truth_in(field.value)]
    return [_select([(_YES, words.gettext("Yes")), (_NO, words.gettext("No"))], chosen)]


def _select(pairs: list[tuple[str, str]], chosen: str) -> JSON:
    element: JSON = {"type": "static_select", "action_id": CHOSEN, **options(pairs)}
    if initial := offered(element, [chosen]):
        element["initial_option"] = initial[0]
    return element


def _record(field: FieldView, words: Words) -> list[JSON]:
    """Return a menu that finds records while somebody types; an answer too long for a menu is shown as text."""
    written = answer_written(field.value)
    if len(written) > VALUE:
        return _line("plain_text_input")(field, words)
    action = f"{RECORD_OF}{field.kind or CLIENT}"
    element: JSON = {"type": "external_select", "action_id": action, "min_query_length": 1}
    if written:
        element["initial_option"] = option(text_of(field), written)
    return [element]


def _record_in(field: FieldView, parts: Sequence[JSON]) -> object:
    return _choice_in(field, parts) if parts[0].get("selected_option") else _text_in(field, parts)


def _choices(field: FieldView, _words: Words) -> list[JSON]:
    chosen = [str(value) for value in (field.value if isinstance(field.value, list) else [field.value])]
    ticks = len(field.options) <= MOST_TICKS
    element: JSON = {"type": "checkboxes" if ticks else "multi_static_select", "action_id": CHOSEN}
    element |= options([(o.id, o.label) for o in field.options])
    initial = offered(element, chosen)
    return [{**element, "initial_options": initial} if initial else element]


def _file(_field: FieldView, _words: Words) -> list[JSON]:
    return [{"type": "file_input", "action_id": TYPED, "max_files": 1}]


def _files(field: FieldView, _words: Words) -> list[JSON]:
    # What is kept counts as well, but at least one can be chosen, in the place of one that is removed.
    room = min(max(field.max_files - len(files_of(field.value)), 1), MOST_CHOSEN_FILES)
    return [{"type": "file_input", "action_id": TYPED, "max_files": room}]


def files_of(value: object) -> list[Mapping[str, object]]:
    """Return the files of an answer: that of a question for one, those of a question for several."""
    given = value if isinstance(value, list | tuple) else [value]
    return [file for file in given if isinstance(file, Mapping)]


def _person(field: FieldView, words: Words) -> list[JSON]:
    """Return a menu of everybody; nobody where the organisation has nobody to choose."""
    if not field.options:
        return _line("plain_text_input")(field, words)
    return _choice(field, words)


def _person_in(field: FieldView, parts: Sequence[JSON]) -> object:
    return _choice_in(field, parts) if field.options else _text_in(field, parts)


def _text_in(_field: FieldView, parts: Sequence[JSON]) -> object:
    return "".join(part.get("value") or "" for part in parts)


def _rows_in(field: FieldView, parts: Sequence[JSON]) -> object:
    text = "\n".join(part.get("value") or "" for part in parts if part["part"] < table_cells.FIRST_CELL)
    inputs = [part for part in parts if part["part"] >= table_cells.FIRST_CELL]
    columns = [field.columns[number % len(field.columns)] for number in range(len(inputs))]
    answers = [control_of(column).answer(column, [part]) for column, part in zip(columns, inputs, strict=True)]
    typed = table_text.read(field.columns, text)
    if not inputs:
        return typed
    pasted = table_cells.with_suggested(field.columns, typed)
    return table_cells.completed(table_cells.rows_in(field.columns, answers), pasted)


def _date_in(_field: FieldView, parts: Sequence[JSON]) -> object:
    return parts[0].get("selected_date") or ""


def _choice_in(_field: FieldView, parts: Sequence[JSON]) -> object:
    return (parts[0].get("selected_option") or {"value": ""})["value"]


def _choices_in(_field: FieldView, parts: Sequence[JSON]) -> object:
    return [chosen["value"] for chosen in parts[0].get("selected_options") or []]


def _file_in(_field: FieldView, parts: Sequence[JSON]) -> object:
    return tuple(map(SlackFile.read, parts[0].get("files") or []))


_LINE = Control(elements=_line("plain_text_input"), answer=_text_in)


CONTROLS: Mapping[FieldType, Control] = {
    FieldType.TEXT: _LINE,
    FieldType.LONG_TEXT: Control(elements=_long_text, answer=_text_in, is_long=True),
    FieldType.NUMBER: _LINE,
    FieldType.MONEY: _LINE,
    FieldType.DATE: Control(elements=_date, answer=_date_in),
    FieldType.CHOICE: Control(elements=_choice, answer=_choice_in),
    FieldType.CHOICES: Control(elements=_choices, answer=_choices_in),
    FieldType.YES_NO: Control(elements=_yes_no, answer=_choice_in),
    FieldType.PHONE: _LINE,
    FieldType.EMAIL: Control(elements=_line("email_text_input"), answer=_text_in),
    FieldType.INN: _LINE,
    FieldType.ROWS: Control(elements=_rows, answer=_rows_in, is_long=True),
    FieldType.FILE: Control(elements=_file, answer=_file_in, takes_file=True),
    FieldType.CLIENT: _LINE,
    FieldType.RECORD: Control(elements=_record, answer=_record_in),
    FieldType.TIME: replace(_LINE, how=N_("Type the time: 14:30.")),
    FieldType.MOMENT: replace(_LINE, how=N_("Type the day and the time: 31.12.2026 14:30, tomorrow at 14:30.")),
    FieldType.PERCENT: _LINE,
    FieldType.URL: _LINE,
    FieldType.FILES: Control(elements=_files, answer=_file_in, takes_file=True),
    FieldType.PERSON: Control(elements=_person, answer=_person_in),
    FieldType.DEPARTMENT: Control(elements=_person, answer=_person_in),
    FieldType.OGRN: _LINE,
    FieldType.KPP: _LINE,
    FieldType.BIK: _LINE,
    FieldType.ACCOUNT: _LINE,
    FieldType.SNILS: _LINE,
}
"""One row per type; a test holds that none is missing."""
