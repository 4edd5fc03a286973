"""A window as somebody left it: shown again, with what stood in it, after another one took its place."""

from collections.abc import Iterator

from bot.slack.api.window import State, Window
from bot.slack.blockkit.blocks import JSON, MOST_VIEW_BLOCKS, offered, paragraphs

NOTICE = "said:"
"""How the ids of the blocks begin that say what went wrong."""
KEPT = ("title", "submit", "close", "callback_id", "private_metadata", "notify_on_close")


def restore_window(window: Window, sentence: str) -> JSON:
    """Return a window as Slack reports it, with a marked-up *sentence* on top.

    A file that was chosen in it has to be chosen again.
    """
    notice = [{**block, "block_id": f"{NOTICE}{number}"} for number, block in enumerate(paragraphs(sentence))]
    before = [block for block in window.blocks if not str(block.get("block_id")).startswith(NOTICE)]
    blocks = [*notice, *(_fill(block, window.state) for block in before)]
    kept = {name: window.payload[name] for name in KEPT if window.payload.get(name)}
    return {"type": "modal", **kept, "blocks": blocks[:MOST_VIEW_BLOCKS]}


def _fill(block: JSON, state: State) -> JSON:
    element, answers = block.get("element"), state.get(block.get("block_id") or "", {})
    if element is None or element["action_id"] not in answers:
        return block
    empty = {name: value for name, value in element.items() if not name.startswith("initial_")}
    return {**block, "element": {**empty, **dict(_initial(element, answers[element["action_id"]]))}}


def _initial(element: JSON, answer: JSON) -> Iterator[tuple[str, object]]:
    if answer.get("value"):
        yield "initial_value", answer["value"]
    if answer.get("selected_date"):
        yield "initial_date", answer["selected_date"]
    if answer.get("selected_option"):
        yield "initial_option", offered(element, [answer["selected_option"]["value"]])[0]
    if answer.get("selected_options"):
        yield "initial_options", offered(element, [chosen["value"] for chosen in answer["selected_options"]])
