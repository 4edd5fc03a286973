"""Block Kit within its limits (https://docs.slack.dev/reference/block-kit)."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from bot.rendering.markup.cutting import shorten, shorten_middle
from bot.rendering.markup.mrkdwn import SLACK
from bot.slack.blockkit.rich_text import rich_text

JSON = dict[str, Any]
WARNING, DONE = "⚠️", "✅"
"""Signs before what went wrong, and what was done."""
MOST_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
MOST_ELEMENTS = 25
MOST_OPTIONS = 100
MOST_TICKS = 10
MOST_OVERFLOW = 5
TITLE = 24
HEADER = 150
LABEL = 75
SECTION = 3_000
FIELD = 2_000
INPUT = 3_000
"""The most that an input takes; a longer answer is cut into several."""
INPUT_LABEL = 150
"""The platform takes 2,000, which nobody reads as a label."""
VALUE = 150
"""An option's value; a button's may have 2,000, but ours carry the same actions."""


def plain(text: str, limit: int) -> JSON:
    """Return a text object without markup."""
    return {"type": "plain_text", "text": shorten(text, limit) or "—", "emoji": False}


def escaped(text: str) -> str:
    """Return plain text marked up so that it shows as typed."""
    return str(SLACK.escape(text))


def bold(text: str) -> str:
    """Return plain text marked up in bold."""
    return str(SLACK.bold(text))


def section(text: str) -> JSON:
    """Return a paragraph of marked-up text."""
    return rich_text(SLACK.cut(text, SECTION))


def paragraphs(text: str) -> list[JSON]:
    """Return as many paragraphs of marked-up text as it takes, at least one."""
    return [section(part) for part in SLACK.parts(text, SECTION)] or [section(text)]


def take_fitting(blocks: Iterable[JSON], most: int, size: int) -> list[JSON]:
    """Return the first blocks, at most so many and of at most so many bytes together."""
    kept: list[JSON] = []
    for block in blocks:
        size -= len(json.dumps(block, ensure_ascii=False).encode())
        if len(kept) >= most or size < 0:
            break
        kept.append(block)
    return kept


def facts(pairs: Iterable[tuple[str, str]]) -> list[JSON]:
    """Return a line of label and value for each pair, in as many paragraphs as it takes."""
    lines = [f"{bold(f'{label}:')} {escaped(value)}" for label, value in pairs]
    return paragraphs("\n".join(lines)) if lines else []


def header(text: str) -> JSON:
    """Return a heading of plain text."""
    return {"type": "header", "text": plain(text, HEADER)}


def context(text: str) -> JSON:
    """Return a line of small plain text."""
    return {"type": "context", "elements": [plain(text, SECTION)]}


def divider() -> JSON:
    """Return a line across."""
    return {"type": "divider"}


def actions(elements: Sequence[JSON]) -> list[JSON]:
    """Return rows of buttons, as many as are needed."""
    groups = [elements[at : at + MOST_ELEMENTS] for at in range(0, len(elements), MOST_ELEMENTS)]
    return [{"type": "actions", "elements": list(group)} for group in groups]


def told_apart(labels: Sequence[str], limit: int = LABEL) -> list[str]:
    """Return labels that fit, cut in the middle; those that look the same then are numbered."""
    cut = [shorten_middle(label, limit) for label in labels]
    seen = Counter(cut)
    return [
        shorten_middle(f"{number}. {label}", limit) if shown != label and seen[shown] > 1 else shown
        for number, (label, shown) in enumerate(zip(labels, cut, strict=True), 1)
    ]


def option(label: str, value: str) -> JSON:
    """Return one choice of a menu; raises ValueError when the value cannot be carried."""
    if len(value) > VALUE:
        raise ValueError(f"the value is longer than {VALUE} characters")
    return {"text": plain(label, LABEL), "value": value}


def options(pairs: Sequence[tuple[str, str]]) -> JSON:
    """Return the choices of a select menu, in groups when there are more than a list takes (at most 10,000)."""
    pairs = pairs[: MOST_OPTIONS * MOST_OPTIONS]
    labels = told_apart([label for _, label in pairs])
    made = [option(label, value) for (value, _), label in zip(pairs, labels, strict=True)]
    if len(made) <= MOST_OPTIONS:
        return {"options": made}
    groups = [made[at : at + MOST_OPTIONS] for at in range(0, len(made), MOST_OPTIONS)]
    return {
        "option_groups": [
            {"label": plain(f"{group[0]['text']['text']} …", LABEL), "options": group} for group in groups
        ]
    }


def offered(menu: JSON, values: Collection[str]) -> list[JSON]:
    """Return the choices of a menu that have one of these values, as it offers them: Slack compares them whole."""
    groups = menu.get("option_groups") or [menu]
    return [choice for group in groups for choice in group["options"] if choice["value"] in values]


def make_window(title: str, blocks: Sequence[JSON], **more: Any) -> JSON:
    """Return a window; *more* are its other properties."""
    return {"type": "modal", "title": plain(title, TITLE), "blocks": list(blocks[:MOST_VIEW_BLOCKS]), **more}
