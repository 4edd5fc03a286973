"""Questions of a form to input blocks, and what stands in the blocks back to raw answers."""

from collections.abc import Callable, Iterable, Mapping

from bot.conversation.reply import FieldView
from bot.rendering.dialects import fitting, units
from bot.rendering.i18n import Words
from bot.slack.blockkit import table_text
from bot.slack.blockkit.blocks import (
    FIELD,
    INPUT,
    INPUT_LABEL,
    JSON,
    MOST_TICKS,
    bold,
    context,
    escaped,
    option,
    options,
    plain,
    section,
)
from workflows.domain.definition import FieldType
from workflows.domain.forms import date_in, truth_in

BLOCK = "f"
"""How the block ids of questions begin: `f:<field>:<revision>:<part>`.

Slack keeps what stands in a block over `views.update` as long as its ids stay; so the revision changes with what an
update has to bring in: with the number of parts that an answer is cut into, and with the file that is kept.
"""
DROP = "drop"
"""How the block ids begin in which a file can be taken away: `drop:<field>:<revision>`."""
TYPED, CHOSEN = "typed", "chosen"
"""The action ids of what is typed, which tells us while it is typed, and of what is chosen.

A window that is closed does not tell what stands in it (the payloads of bolt's own tests have an empty state).
"""

LARGEST = 60_000
"""How many bytes of an answer a window shows; it has at most 250,000 with everything around them."""

_NO, _YES = "no", "yes"
_MULTILINE = (FieldType.LONG_TEXT, FieldType.ROWS)


def block_of(field: FieldView, blocks: Iterable[JSON]) -> str | None:
    """Return the id of a question's first block among the blocks of a window; None when it is not there."""
    ids = (str(block.get("block_id") or "") for block in blocks)
    return next((name for name in ids if name.startswith(f"{BLOCK}:{field.name}:")), None)


def field_blocks(field: FieldView, *, is_required: bool, words: Words) -> list[JSON]:
    """Return the blocks of one question with what is known of the answer and what is wrong with it.

    An answer that is too large for a window is only told of: without an input it stays as it is.
    """
    if len(_typed(field).encode()) > LARGEST:
        kept = words.gettext("This answer is too long to be changed in Slack. It stays as it is; see the web chat.")
        return [section(f"{bold(field.label)}\n{escaped(kept)}")]
    elements = _elements(field, words)
    revision = _file_revision(field) or str(len(elements))
    blocks = [
        {
            "type": "input",
            "block_id": f"{BLOCK}:{field.name}:{revision}:{part}",
            "label": plain(field.label if part == 0 else f"{field.label} ({part + 1})", INPUT_LABEL),
            "element": element,
            "optional": not is_required or part > 0,
            "dispatch_action": element["type"] != "file_input",
        }
        for part, element in enumerate(elements)
    ]
    if hint := _hint(field):
        blocks[0]["hint"] = plain(hint, FIELD)
    if field.type is FieldType.FILE:
        # A file cannot be sent along by us: what is there already counts until another one is chosen.
        blocks[0]["optional"] = not is_required or isinstance(field.value, Mapping)
        if isinstance(field.value, Mapping):
            blocks.append(_removal(field, words))
    if field.problem is not None:
        blocks.append(context(f":warning: {escaped(field.problem)}"))
    return blocks


def answer_in(field: FieldView, state: JSON) -> object:
    """Return what stands in a question's blocks as a raw answer; what is known when they are not in *state*.

    Of a file the answer is the list of Slack's own file objects, empty when none was chosen.
    """
    blocks = [next(iter(inner.values())) for name, inner in _parts(field, state)]
    if not blocks:
        return [] if field.type is FieldType.FILE else field.value
    first = blocks[0]
    match first["type"]:
        case "checkboxes" | "multi_static_select":
            return [chosen["value"] for chosen in first.get("selected_options") or []]
        case "radio_buttons" | "static_select":
            return (first.get("selected_option") or {"value": ""})["value"]
        case "datepicker":
            return first.get("selected_date") or ""
        case "file_input":
            return first.get("files") or []
    typed = [block.get("value") or "" for block in blocks]
    if field.type is FieldType.ROWS:
        return table_text.read(field.columns, "\n".join(typed))
    return "".join(typed)


def is_dropped(field: FieldView, state: JSON) -> bool:
    """Whether the file that is kept now was ticked to be taken away."""
    ticked: JSON = next(iter(state.get(f"{DROP}:{field.name}:{_file_revision(field)}", {}).values()), {})
    return bool(ticked.get("selected_options"))


def _removal(field: FieldView, words: Words) -> JSON:
    name = field.value.get("name", "") if isinstance(field.value, Mapping) else ""
    label = words.gettext("Remove the file")
    return {
        "type": "input",
        "block_id": f"{DROP}:{field.name}:{_file_revision(field)}",
        "label": plain(words.gettext("Now: %(value)s", value=name), INPUT_LABEL),
        "element": {"type": "checkboxes", "action_id": CHOSEN, "options": [option(label, DROP)]},
        "optional": True,
        "dispatch_action": True,
    }


def _file_revision(field: FieldView) -> str:
    """Return the id of the file that is kept, empty when there is none."""
    return str(field.value.get("id", "")) if field.type is FieldType.FILE and isinstance(field.value, Mapping) else ""


def _parts(field: FieldView, state: JSON) -> list[tuple[str, JSON]]:
    found = [(name, inner) for name, inner in state.items() if name.startswith(f"{BLOCK}:{field.name}:")]
    return sorted(found, key=lambda part: int(part[0].rpartition(":")[2]))


def _hint(field: FieldView) -> str:
    parts = [field.hint or "", field.currency or ""]
    if field.type is FieldType.ROWS:
        parts.append(table_text.how(field.columns))
    return "\n".join(part for part in parts if part)


def _elements(field: FieldView, words: Words) -> list[JSON]:
    return _KINDS.get(field.type, _text)(field, words)


def _text(field: FieldView, words: Words) -> list[JSON]:
    kind = "email_text_input" if field.type is FieldType.EMAIL else "plain_text_input"
    typed = _typed(field)
    if kind == "plain_text_input" and field.type not in _MULTILINE:
        typed = " ".join(typed.split())
        typed = typed[: fitting(typed, INPUT)]
    return [_text_element(field, kind, part) for part in _cut(typed, at_lines=field.type is FieldType.ROWS)]


def _text_element(field: FieldView, kind: str, text: str) -> JSON:
    telling = {"trigger_actions_on": ["on_character_entered"]}
    element: JSON = {"type": kind, "action_id": TYPED, "dispatch_action_config": telling}
    if kind == "plain_text_input":
        element |= {"multiline": field.type in _MULTILINE, "max_length": INPUT}
    if text:
        element["initial_value"] = text
    return element


def _typed(field: FieldView) -> str:
    if field.type is FieldType.ROWS:
        return table_text.written(field.columns, field.value)
    value = field.value.get("name") if isinstance(field.value, Mapping) else field.value
    return "" if value is None else str(value)


def _cut(text: str, *, at_lines: bool) -> list[str]:
    """Cut a text into parts that fit into an input each and make the same text when they are put together."""
    parts: list[str] = []
    while units(text) > INPUT:
        end = fitting(text, INPUT)
        found = text.rfind("\n", 0, end) if at_lines else -1
        at = found if found > 0 else end
        parts.append(text[:at])
        text = text[at + 1 :] if found > 0 else text[at:]
    return [*parts, text]


def _date(field: FieldView, words: Words) -> list[JSON]:
    element: JSON = {"type": "datepicker", "action_id": CHOSEN}
    day = date_in(field.value)
    if day is not None:
        element["initial_date"] = day.isoformat()
    return [element]


def _choice(field: FieldView, words: Words) -> list[JSON]:
    return [_select([(o.id, o.label) for o in field.options], str(field.value or ""))]


def _yes_no(field: FieldView, words: Words) -> list[JSON]:
    chosen = {True: _YES, False: _NO, None: ""}[truth_in(field.value)]
    return [_select([(_YES, words.gettext("Yes")), (_NO, words.gettext("No"))], chosen)]


def _select(pairs: list[tuple[str, str]], chosen: str) -> JSON:
    element: JSON = {"type": "static_select", "action_id": CHOSEN, **options(pairs)}
    if label := next((label for value, label in pairs if value == chosen), None):
        element["initial_option"] = option(label, chosen)
    return element


def _choices(field: FieldView, words: Words) -> list[JSON]:
    chosen = field.value if isinstance(field.value, list) else [field.value]
    initial = [option(o.label, o.id) for o in field.options if o.id in chosen]
    ticks = len(field.options) <= MOST_TICKS
    element: JSON = {"type": "checkboxes" if ticks else "multi_static_select", "action_id": CHOSEN}
    element |= options([(o.id, o.label) for o in field.options])
    return [{**element, "initial_options": initial} if initial else element]


def _file(field: FieldView, words: Words) -> list[JSON]:
    return [{"type": "file_input", "action_id": TYPED, "max_files": 1}]


_KINDS: Mapping[FieldType, Callable[[FieldView, Words], list[JSON]]] = {
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICES: _choices,
    FieldType.FILE: _file,
}
