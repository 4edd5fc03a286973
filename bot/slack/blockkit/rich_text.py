"""Marked-up text as Slack's rich text (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block).

Slack has no escape for the marks of mrkdwn: our dialect keeps them apart by invisible characters, which people would
copy with an address or a login. Rich text is read literally, so here they are removed, and http(s) addresses are links.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from bot.rendering.markup.mrkdwn import SlackMrkdwn
from bot.slack.api.client import JSON

_MARKED = re.compile(
    r"<(?P<address>[^<>\n|]+)(?:\|(?P<label>[^<>\n]*))?>"
    rf"|(?<![{SlackMrkdwn.GUARD}A-Za-z0-9])(?P<mark>[*_])(?!{SlackMrkdwn.GUARD})(?P<inside>[^\n]+?)"
    rf"(?<!{SlackMrkdwn.GUARD})(?P=mark)"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"«»“”]*[^\s<>\"«»“”.,:;!?…)\]}'’]")
_LINE = re.compile(rf"^(?:(?P<quoted>> ?)|(?P<fixed>{SlackMrkdwn.FIXED}))")
_SECTION = "rich_text_section"
_QUOTE = "rich_text_quote"
_FIXED = "rich_text_preformatted"
_STYLES = {"*": "bold", "_": "italic"}


def rich_text(text: str) -> JSON:
    """Return a block that shows a marked-up text; what was quoted is a quotation, what is copied is preformatted."""
    elements = []
    for kind, lines in groupby(text.split("\n"), key=_kind):
        whole = "\n".join(line if kind == _SECTION else _LINE.sub("", line) for line in lines)
        inline = [{"type": "text", "text": _unguarded(whole)}] if kind == _FIXED and whole else list(_inline(whole, {}))
        if inline:
            elements.append({"type": kind, "elements": inline})
    nothing = [{"type": "rich_text_section", "elements": [{"type": "text", "text": "—"}]}]
    return {"type": "rich_text", "elements": elements or nothing}


def _kind(line: str) -> str:
    """Return the kind of element that a line belongs to."""
    found = _LINE.match(line)
    return _SECTION if found is None else _QUOTE if found["quoted"] else _FIXED


def _inline(text: str, style: JSON) -> Iterator[JSON]:
    at = 0
    for found in _MARKED.finditer(text):
        yield from _literal(text[at : found.start()], style)
        at = found.end()
        if found["address"] is not None:
            label = _unguarded(found["label"] or "")
            shown = {"text": label} if label else {}
            yield _styled({"type": "link", "url": _unguarded(found["address"]), **shown}, style)
        else:
            yield from _inline(found["inside"], {**style, _STYLES[found["mark"]]: True})
    yield from _literal(text[at:], style)


def _literal(marked: str, style: JSON) -> Iterator[JSON]:
    text, at = _unguarded(marked), 0
    for found in _ADDRESS.finditer(text):
        if before := text[at : found.start()]:
            yield _styled({"type": "text", "text": before}, style)
        yield _styled({"type": "link", "url": found[0]}, style)
        at = found.end()
    if after := text[at:]:
        yield _styled({"type": "text", "text": after}, style)


def _styled(element: JSON, style: JSON) -> JSON:
    return {**element, "style": style} if style else element


def _unguarded(marked: str) -> str:
    """Return what our dialect's escaping was made from."""
    shown = marked.replace(SlackMrkdwn.GUARD, "").replace(SlackMrkdwn.BACK_QUOTE, "`")
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
