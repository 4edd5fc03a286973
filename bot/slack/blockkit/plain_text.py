"""Slack's markup of what people typed back to plain text: entities, links, mentions."""

import re
from collections.abc import Callable

_TOKEN = re.compile(r"<([^<>\n]+)>")
_DECORATION = re.compile(r"^https?://|/$|[\s()-]")
"""What Slack adds to a host or a number, or removes from it, when it turns it into a link."""

Names = Callable[[str], str | None]
"""The name of somebody by the id of the account, None when it is not known."""


def unmarked(text: str, names: Names) -> str:
    """Return the plain text of a message as Slack stores it."""
    shown = _TOKEN.sub(lambda found: _token(found[1], names), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _token(inside: str, names: Names) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return f"@{names(target[1:]) or label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    if not label:
        return address
    # Slack turns hosts, addresses and numbers into links by itself: then the label is what was typed.
    return label if _bare(label) == _bare(address) else f"{label} ({address})"


def _bare(address: str) -> str:
    return _DECORATION.sub("", address.casefold())
