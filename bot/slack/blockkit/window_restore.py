"""A window as somebody left it: put back, with what stood in it, after another one was shown in its place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.slack.blockkit.blocks import JSON, MOST_VIEW_BLOCKS, paragraphs

SAID = "said:"
"""How the ids of the blocks begin that say what went wrong."""
KEPT = ("title", "submit", "close", "callback_id", "private_metadata", "notify_on_close")


def restored(window: JSON, sentence: str) -> JSON:
    """Make a window again of what Slack tells of it, with a marked-up *sentence* on top.

    A file that was chosen in it has to be chosen again.
    """
    state = window.get("state", {}).get("values", {})
    said = [{**block, "block_id": f"{SAID}{number}"} for number, block in enumerate(paragraphs(sentence))]
    before = [block for block in window["blocks"] if not str(block.get("block_id")).startswith(SAID)]
    blocks = [*said, *(_filled(block, state) for block in before)]
    kept = {name: window[name] for name in KEPT if window.get(name)}
    return {"type": "modal", **kept, "blocks": blocks[:MOST_VIEW_BLOCKS]}


def _filled(block: JSON, state: Mapping[str, Any]) -> JSON:
    element, answers = block.get("element"), state.get(block.get("block_id") or "", {})
    if element is None or element["action_id"] not in answers:
        return block
    empty = {name: value for name, value in element.items() if not name.startswith("initial_")}
    return {**block, "element": {**empty, **dict(_answers(element, answers[element["action_id"]]))}}


def _answers(element: JSON, answer: JSON) -> Iterator[tuple[str, object]]:
    if answer.get("value"):
        yield "initial_value", answer["value"]
    if answer.get("selected_date"):
        yield "initial_date", answer["selected_date"]
    if answer.get("selected_option"):
        yield "initial_option", _offered(element, [answer["selected_option"]])[0]
    if answer.get("selected_options"):
        yield "initial_options", _offered(element, answer["selected_options"])


def _offered(element: JSON, chosen: Sequence[JSON]) -> list[JSON]:
    """Return the choices as the menu offers them: Slack compares them whole."""
    groups = element.get("option_groups") or [element]
    values = {option["value"] for option in chosen}
    return [option for group in groups for option in group["options"] if option["value"] in values]
