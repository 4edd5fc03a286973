"""Layout blocks: which properties each has, its limits, and the ids that must not repeat."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .elements import check_element
from .objects import ANY_TEXT, check_text
from .problems import Problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The rules of one kind of block."""

    required: str = ""
    optional: str = ""
    check: Callable[[Problems, dict[str, Any], str], None]


def check_blocks(
    problems: Problems, blocks: list[Any], at: str = "/blocks", *, most: int = 50, in_modal: bool = False
) -> None:
    """A list of blocks, at most *most*; ``/blocks`` is the pointer to it in a message; files only *in_modal*."""
    if len(blocks) > most:
        problems.add(f"no more than {most} items allowed", at)
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        place = f"{at}/{index}"
        if not isinstance(block, dict):
            problems.add("must be an object", place)
            continue
        _check_block(problems, block, place)
        if not in_modal and any(element.get("type") == "file_input" for element in elements_of(block)):
            problems.add("unsupported element: file_input", f"{place}/element")
        block_id = block.get("block_id")
        if block_id in seen:
            problems.add(f'`block_id` "{block_id}" already exists', f"{place}/block_id")
        if block_id:
            seen.add(block_id)
    if sum(element.get("focus_on_load") is True for block in blocks for element in elements_of(block)) > 1:
        problems.add("only one element can have `focus_on_load`", at)


def elements_of(block: Any) -> list[dict[str, Any]]:
    """The elements of a block, wherever the kind of block keeps them."""
    if not isinstance(block, dict):
        return []
    found = [block.get("accessory"), block.get("element")]
    if block.get("type") == "actions":
        found += block.get("elements") or []
    return [element for element in found if isinstance(element, dict)]


def _check_block(problems: Problems, block: dict[str, Any], at: str) -> None:
    rules = BLOCKS.get(str(block.get("type")))
    if rules is None:
        if "type" in block:
            problems.add(f"unsupported type: {block['type']}", f"{at}/type")
        else:
            problems.add("missing required field: type", at)
        return
    if not problems.properties(block, at, required=f"type {rules.required}", optional=f"block_id {rules.optional}"):
        return
    problems.string(block, "block_id", at, longest=255, shortest=1)
    rules.check(problems, block, at)


def _section(problems: Problems, block: dict[str, Any], at: str) -> None:
    if "text" not in block and "fields" not in block:
        problems.add("missing required field: text", at)
    if "text" in block:
        check_text(problems, block["text"], f"{at}/text", longest=3000, kinds=ANY_TEXT)
    for index, field in enumerate(problems.items(block, "fields", at, most=10)):
        check_text(problems, field, f"{at}/fields/{index}", longest=2000, kinds=ANY_TEXT)
    problems.boolean(block, "expand", at)
    if "accessory" in block:
        check_element(problems, block["accessory"], f"{at}/accessory", block="section")


def _header(problems: Problems, block: dict[str, Any], at: str) -> None:
    check_text(problems, block["text"], f"{at}/text", longest=150)


def _divider(_problems: Problems, _block: dict[str, Any], _at: str) -> None:
    return


def _actions(problems: Problems, block: dict[str, Any], at: str) -> None:
    seen: set[str] = set()
    for index, element in enumerate(problems.items(block, "elements", at, most=25)):
        place = f"{at}/elements/{index}"
        check_element(problems, element, place, block="actions")
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if action_id in seen:
            problems.add(f'`action_id` "{action_id}" already exists', f"{place}/action_id")
        if action_id:
            seen.add(action_id)


def _context(problems: Problems, block: dict[str, Any], at: str) -> None:
    for index, element in enumerate(problems.items(block, "elements", at, most=10)):
        place = f"{at}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            check_element(problems, element, place, block="context")
        else:
            check_text(problems, element, place, longest=3000, kinds=ANY_TEXT)


def _image(problems: Problems, block: dict[str, Any], at: str) -> None:
    problems.string(block, "image_url", at, longest=3000, shortest=1)
    problems.string(block, "alt_text", at, longest=2000, shortest=1)
    if "title" in block:
        check_text(problems, block["title"], f"{at}/title", longest=2000)


def _markdown(problems: Problems, block: dict[str, Any], at: str) -> None:
    problems.string(block, "text", at, longest=12_000, shortest=1)


def _rich_text(problems: Problems, block: dict[str, Any], at: str) -> None:
    for index, part in enumerate(problems.items(block, "elements", at, most=1_000)):
        place = f"{at}/elements/{index}"
        if not isinstance(part, dict) or part.get("type") not in (
            "rich_text_section",
            "rich_text_quote",
            "rich_text_preformatted",
        ):
            problems.add("unsupported rich text element", place)
        elif problems.properties(part, place, required="type elements"):
            for number, element in enumerate(problems.items(part, "elements", place, most=10_000)):
                _rich_element(problems, element, f"{place}/elements/{number}")


def _rich_element(problems: Problems, element: Any, at: str) -> None:
    kind = str(element.get("type")) if isinstance(element, dict) else ""
    needed = {"text": "text", "link": "url"}.get(kind)
    if needed is None:
        problems.add("unsupported rich text element", at)
    elif problems.properties(element, at, required=f"type {needed}", optional="style text"):
        for name in (needed, "text"):
            problems.string(element, name, at, longest=12_000, shortest=1)
        if not set(element.get("style", {})) <= {"bold", "italic", "strike", "code"}:
            problems.add("must be a valid style", f"{at}/style")


def _input(problems: Problems, block: dict[str, Any], at: str) -> None:
    check_text(problems, block["label"], f"{at}/label", longest=2000)
    if "hint" in block:
        check_text(problems, block["hint"], f"{at}/hint", longest=2000)
    problems.boolean(block, "optional", at)
    problems.boolean(block, "dispatch_action", at)
    check_element(problems, block["element"], f"{at}/element", block="input")


BLOCKS: dict[str, Block] = {
    "section": Block(optional="text fields accessory expand", check=_section),
    "header": Block(required="text", check=_header),
    "divider": Block(check=_divider),
    "actions": Block(required="elements", check=_actions),
    "context": Block(required="elements", check=_context),
    "image": Block(required="image_url alt_text", optional="title", check=_image),
    "markdown": Block(required="text", check=_markdown),
    "rich_text": Block(required="elements", check=_rich_text),
    "input": Block(required="label element", optional="hint optional dispatch_action", check=_input),
}
