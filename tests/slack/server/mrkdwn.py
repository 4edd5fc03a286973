"""What a person sees of Slack's markup: mrkdwn to plain text, and typed text to what is stored."""

import re
from collections.abc import Callable
from typing import Any

# The zero-width characters with which programs break markup: Slack shows nothing for them.
_INVISIBLE = re.compile("[\u200b\u200c\u2060\ufeff]")
_TOKEN = re.compile(r"<([^<>\n]+)>")
_CODE_BLOCK = re.compile(r"```(.+?)```", re.DOTALL)
_CODE = re.compile(r"(?<![`\w])`([^`\n]+)`(?![`\w])")
_URL = re.compile(r"https?://[^\s<>|]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

Names = Callable[[str], str | None]
"""The name of a person or a channel by its id, None when there is none."""


def _emphasis(mark: str) -> re.Pattern[str]:
    escaped = re.escape(mark)
    return re.compile(
        rf"(?<![\w{escaped}]){escaped}(?![\s\u200b\u2060{escaped}])([^\n{escaped}]*?)(?<![\s\u200b\u2060]){escaped}(?![\w{escaped}])"
    )


_EMPHASES = tuple(_emphasis(mark) for mark in "*_~")


def unescape(text: str) -> str:
    """The three entities of Slack as characters; every other ``&...;`` stays as it is."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """``&``, ``<`` and ``>`` as Slack wants them in a text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_plain(text: str, names: Names) -> str:
    """The visible text of mrkdwn: links by their label, mentions by name, emphasis without its marks."""
    kept: list[str] = []

    def keep(shown: str) -> str:
        kept.append(shown)
        return f"\x00{len(kept) - 1}\x01"

    text = _CODE_BLOCK.sub(lambda found: keep(_tokens_shown(found[1], names)), text)
    text = _CODE.sub(lambda found: keep(_tokens_shown(found[1], names)), text)
    text = _TOKEN.sub(lambda found: keep(_token(found[1], names)), text)
    for emphasis in _EMPHASES:
        text = emphasis.sub(r"\1", text)
    shown = unescape(text)
    for index in reversed(range(len(kept))):
        shown = shown.replace(f"\x00{index}\x01", kept[index])
    return _INVISIBLE.sub("", shown)


def _tokens_shown(text: str, names: Names) -> str:
    return unescape(_TOKEN.sub(lambda found: _token(found[1], names), text))


def _token(inside: str, names: Names) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return "@" + (names(target[1:]) or unescape(label) or target[1:])
    if target.startswith("#"):
        return "#" + (names(target[1:]) or unescape(label) or "private channel")
    if target.startswith("!date^"):
        return unescape(label)
    if target.startswith("!"):
        return unescape(label) if label else "@" + target[1:].split("^")[0]
    return unescape(label or target.removeprefix("mailto:"))


def typed(text: str, mentions: dict[str, str]) -> str:
    """What Slack stores of a typed text: escaped, with *mentions* (``@Anna`` -> ``<@U1>``) and links marked."""
    stored = escape(text)
    for name, token in mentions.items():
        stored = stored.replace(escape(name), token)
    stored = _URL.sub(lambda found: f"<{found[0]}>", stored)
    return _EMAIL.sub(lambda found: f"<mailto:{found[0]}|{found[0]}>", stored)


def plain_of_text_object(value: dict[str, str], names: Names) -> str:
    """The visible text of a text object; plain_text is literal, entities included."""
    if value["type"] == "mrkdwn":
        return to_plain(value["text"], names)
    return _INVISIBLE.sub("", value["text"])


def plain_of_blocks(blocks: list[dict[str, object]], names: Names) -> str:
    """The visible text of blocks, one line a text, controls in square brackets."""
    return "\n".join(line for block in blocks for line in _lines(block, names))


def rich_to_plain(block: dict[str, Any]) -> str:
    """The text of a rich text block, which is literal: nothing in it is markup, and nothing invisible is left out."""
    return "\n".join(
        "".join(element.get("text") or element["url"] for element in part["elements"]) for part in block["elements"]
    )


def _lines(block: dict[str, object], names: Names) -> list[str]:
    lines: list[str] = []
    if block["type"] == "markdown":
        lines.append(str(block["text"]))
        return lines
    if block["type"] == "rich_text":
        lines.append(rich_to_plain(block))
        return lines
    for name in ("text", "label", "hint"):
        value = block.get(name)
        if isinstance(value, dict):
            lines.append(plain_of_text_object(value, names))
    for name in ("fields", "elements"):
        parts = block.get(name)
        if isinstance(parts, list):
            lines.extend(shown for part in parts if (shown := _part(part, names)))
    for name in ("accessory", "element"):
        part = block.get(name)
        if isinstance(part, dict) and (shown := _part(part, names)):
            lines.append(shown)
    return lines


def _part(part: dict[str, object], names: Names) -> str:
    text = part.get("text")
    if part["type"] == "button" and isinstance(text, dict):
        return f"[{text['text']}]"
    if part["type"] in ("plain_text", "mrkdwn"):
        return plain_of_text_object({"type": str(part["type"]), "text": str(text)}, names)
    if part["type"] == "image":
        return str(part["alt_text"])
    options = part.get("options")
    if isinstance(options, list):
        labels = " | ".join(plain_of_text_object(option["text"], names) for option in options)
        return f"[… {labels}]" if part["type"] == "overflow" else f"[{labels}]"
    return ""
