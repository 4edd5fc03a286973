"""Questions of a form to input blocks, and what stands in the blocks back to raw answers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256

from bot.conversation.reply import FieldView
from bot.rendering.language.i18n import Words
from bot.rendering.markup.text import units
from bot.slack.api.window import State
from bot.slack.blockkit import table_cells, table_text
from bot.slack.blockkit.blocks import (
    FIELD,
    INPUT,
    INPUT_LABEL,
    JSON,
    LABEL,
    MOST_TICKS,
    WARNING,
    bold,
    context,
    escaped,
    option,
    plain,
    section,
)
from bot.slack.blockkit.controls import CHOSEN, SAVE, control_of, files_of, text_of
from workflows.domain.definition import FieldType

BLOCK = "f"
"""How the block ids of questions begin: `f:<field>:<revision>:<part>`.

Slack keeps what stands in a block over `views.update` as long as its ids stay; so the revision changes with what an
update has to bring in: with the number of parts that an answer is cut into, and with the file that is kept.
"""
DROP = "drop"
"""How the block ids begin in which a file can be removed: `drop:<field>:<revision>`."""
LARGEST = 60_000
"""How many bytes of an answer a window shows; it has at most 250,000 with everything around them."""


def block_of(field: FieldView, blocks: Iterable[JSON]) -> str | None:
    """Return the id of a question's first block among the blocks of a window; None when it is not there."""
    ids = (str(block.get("block_id") or "") for block in blocks)
    return next((name for name in ids if name.startswith(f"{BLOCK}:{field.name}:")), None)


def field_blocks(field: FieldView, *, is_required: bool, words: Words, revision: str = "") -> list[JSON]:
    """Return the blocks of one question with what is known of the answer and what is wrong with it.

    The *revision* in their ids brings in what Slack would not: it keeps what stands in a block whose id stays.

    An answer that is too large for a window is only mentioned: without an input it stays as it is.
    """
    marks = _marks(field, words)
    field = replace(field, value=field.shown)
    text = text_of(field)
    control = control_of(field)
    if len(text.encode()) > LARGEST or (not control.is_long and units(text) > INPUT):
        kept = words.gettext("This answer is too long to be changed in Slack. It stays as it is; see the web chat.")
        return [section(f"{bold(field.label)}\n{escaped(kept)}")]
    elements = control.elements(field, words)
    revision = _file_revision(field) or f"{len(elements)}{revision}"
    is_by_cells = bool(field.columns) and table_cells.fits(field)
    parts = _numbered(field, len(elements))
    blocks: list[JSON] = [
        {
            "type": "input",
            "block_id": f"{BLOCK}:{field.name}:{revision}:{part}",
            "label": plain(label, INPUT_LABEL),
            "element": element,
            "optional": not is_required or part > 0 or is_by_cells,
            "dispatch_action": not control.takes_file,
        }
        for (part, label), element in zip(parts, elements, strict=True)
    ]
    if hint := "\n".join(part for part in (marks, _hint(field, words)) if part):
        blocks[0]["hint"] = plain(hint, FIELD)
    if is_by_cells:
        more = {"type": "button", "action_id": SAVE, "text": plain(words.gettext("One more row"), LABEL)}
        blocks.append({"type": "actions", "elements": [more]})
    if control.takes_file and files_of(field.value):
        # We cannot put a file into an input: what is kept already counts until another one is chosen.
        blocks[0]["optional"] = True
        blocks.append(_removal(field, words))
    if field.problem is not None:
        blocks.append(context(f"{WARNING} {field.problem}"))
    return blocks


def answer_in(field: FieldView, state: State) -> object:
    """Return what stands in a question's blocks as a raw answer; what is known when they are not in *state*.

    Of files those are the SlackFiles that were chosen.
    """
    parts = _parts(field, state)
    control = control_of(field)
    if not parts:
        return () if control.takes_file else field.value
    return control.answer(field, parts)


def state_shown(blocks: Iterable[JSON]) -> State:
    """Return what stood in blocks when they were shown."""
    return {
        str(block.get("block_id")): {block["element"]["action_id"]: _shown(block["element"])}
        for block in blocks
        if isinstance(block.get("element"), Mapping)
    }


def _shown(element: JSON) -> JSON:
    names = {
        "initial_value": "value",
        "initial_date": "selected_date",
        "initial_option": "selected_option",
        "initial_options": "selected_options",
    }
    return {name: element[initial] for initial, name in names.items() if initial in element}


def revision_in(field: FieldView, state: State) -> str:
    """Return the revision in the ids of a question's blocks in a window, empty for none."""
    ids = (name.split(":") for name in state if name.startswith(f"{BLOCK}:{field.name}:"))
    return next((parts[2].lstrip("0123456789") for parts in ids if len(parts) > 3), "")


def is_asked(field: FieldView, state: State) -> bool:
    """Whether a window has inputs for a question."""
    return bool(_parts(field, state))


def without_dropped(field: FieldView, state: State) -> object:
    """Return an answer about files without those that were ticked to be removed; None when none is left."""
    ticked: JSON = next(iter(state.get(f"{DROP}:{field.name}:{_file_revision(field)}", {}).values()), {})
    dropped = {choice["value"] for choice in ticked.get("selected_options") or []}
    if not dropped:
        return field.value
    kept = [file for at, file in enumerate(files_of(field.value)) if f"{DROP}{at or ''}" not in dropped]
    return kept or None


def _removal(field: FieldView, words: Words) -> JSON:
    files = files_of(field.value)
    names = ", ".join(str(file.get("name", "")) for file in files)
    label = words.gettext("Remove the file")
    labels = [label] if len(files) == 1 else [f"{label}: {file.get('name', '')}" for file in files]
    choices = [option(each, f"{DROP}{at or ''}") for at, each in enumerate(labels[:MOST_TICKS])]
    return {
        "type": "input",
        "block_id": f"{DROP}:{field.name}:{_file_revision(field)}",
        "label": plain(words.gettext("Now: %(value)s", value=names), INPUT_LABEL),
        "element": {"type": "checkboxes", "action_id": CHOSEN, "options": choices},
        "optional": True,
        "dispatch_action": True,
    }


def _file_revision(field: FieldView) -> str:
    """Return what the files that are kept have as their mark in the ids of blocks; empty when there are none."""
    if not control_of(field).takes_file:
        return ""
    ids = [str(file.get("id", "")) for file in files_of(field.value)]
    return ids[0] if len(ids) == 1 else sha256(" ".join(ids).encode()).hexdigest()[:20] if ids else ""


def _parts(field: FieldView, state: State) -> list[JSON]:
    """Return what stands in the inputs of a question, in their order."""
    found = [(name, inputs) for name, inputs in state.items() if name.startswith(f"{BLOCK}:{field.name}:")]
    found.sort(key=lambda part: int(part[0].rpartition(":")[2]))
    return [{**next(iter(inputs.values())), "part": int(name.rpartition(":")[2])} for name, inputs in found]


def _numbered(field: FieldView, count: int) -> list[tuple[int, str]]:
    """Return the number and the label of each input of a question."""
    if field.columns and table_cells.fits(field):
        cells = enumerate((cell.label for cell in table_cells.cells_of(field)), table_cells.FIRST_CELL)
        return [(0, field.label), *cells]
    return [(part, field.label if part == 0 else f"{field.label} ({part + 1})") for part in range(count)]


def _marks(field: FieldView, words: Words) -> str:
    """Return what an answer is that nobody typed here: a suggestion, or one of an earlier visit."""
    if field.is_suggested:
        return words.gettext("Suggested: check it or change it.")
    if field.last_time:
        return words.gettext("Last time: %(value)s", value=field.last_time)
    return words.gettext("from last time").capitalize() if field.is_old else ""


def _hint(field: FieldView, words: Words) -> str:
    way = ""
    if field.columns and table_cells.fits(field):
        way = words.gettext("Paste a table here, or fill in the rows below. An empty row does not count.")
    if field.type is FieldType.LONG_TEXT:
        way = words.gettext("Up to %(most)s characters here; a longer text is written in the web chat.", most=INPUT)
    how = control_of(field).how
    way = way or (words.gettext(how) if how else "")
    parts = [field.hint or "", field.currency or field.unit, way, table_text.how(field.columns)]
    return "\n".join(part for part in parts if part)
