"""Views: modals and the Home tab."""

from typing import Any

from .blocks import check_blocks
from .objects import check_text
from .problems import Problems

_EVERY = "private_metadata callback_id external_id"
_MODAL = f"{_EVERY} close submit clear_on_close notify_on_close submit_disabled"


def check_view(problems: Problems, view: Any, at: str = "/view") -> None:
    """A view payload; the problems are gathered, nothing is raised."""
    if not isinstance(view, dict):
        problems.add("must be an object", at)
        return
    kind = view.get("type")
    if kind == "modal":
        readable = problems.properties(view, at, required="type title blocks", optional=_MODAL)
    elif kind == "home":
        readable = problems.properties(view, at, required="type blocks", optional=_EVERY)
    else:
        problems.add(f"unsupported type: {kind}", f"{at}/type")
        return
    if not readable:
        return
    for name in ("title", "submit", "close"):
        if name in view:
            check_text(problems, view[name], f"{at}/{name}", longest=24)
    for name in ("clear_on_close", "notify_on_close", "submit_disabled"):
        problems.boolean(view, name, at)
    problems.string(view, "private_metadata", at, longest=3000)
    problems.string(view, "callback_id", at, longest=255)
    problems.string(view, "external_id", at, longest=255)
    blocks = problems.items(view, "blocks", at, most=100, least=1 if kind == "modal" else 0)
    # The size was checked with the list; here each block is.
    check_blocks(problems, blocks, f"{at}/blocks", most=max(100, len(blocks)), in_modal=kind == "modal")
    _check_inputs(problems, view, blocks, at)


def _check_inputs(problems: Problems, view: dict[str, Any], blocks: list[Any], at: str) -> None:
    for index, block in enumerate(blocks):
        if not isinstance(block, dict) or block.get("type") != "input":
            continue
        if view["type"] == "modal" and "submit" not in view:
            problems.add("must define `submit` to use an `input` block in modals", f"{at}/blocks/{index}/input")
