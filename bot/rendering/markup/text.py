"""Marked-up and plain text by the measure of the platforms: UTF-16 units, and no control characters."""

import re

ELLIPSIS = "…"


LONG_QUOTE = 400
"""A quoted text longer than this, or of more lines than LONG_QUOTE_LINES, is folded where the platform can."""


LONG_QUOTE_LINES = 8


CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069"
"""What shows nothing and breaks texts or turns them round. Texts are cleaned where they enter; older ones were not."""


_CONTROL = re.compile(f"[{CONTROLS}]")


class Marked(str):
    """Text marked up for its dialect already: it is never escaped again."""

    __slots__ = ()


def units(text: str) -> int:
    """Return the length in UTF-16 code units, as both platforms count (a character beyond U+FFFF counts two)."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str, limit: int) -> int:
    """Return how many characters of a text fit into *limit* UTF-16 units."""
    if units(text) <= limit:
        return len(text)
    if text.isascii():
        return limit
    head = text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "surrogatepass")
    return len(head) - (head != text[: len(head)])


def without_controls(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n"))
