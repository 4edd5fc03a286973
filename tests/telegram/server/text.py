"""A text on its way into a message: markup parsed, spaces trimmed, limits checked, commands and links found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .errors import bad_request
from .html import parse_html, utf16_length
from .links import problem_with

_AUTOMATIC: Final = (
    ("bot_command", re.compile(r"(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@<>])")),
    ("url", re.compile(r"\bhttps?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")),
    ("mention", re.compile(r"(?<![\w/@.])@[A-Za-z]\w{2,31}\b", re.ASCII)),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)
_OPAQUE: Final = frozenset({"code", "pre", "text_link"})


@dataclass(frozen=True, slots=True)
class Formatted:
    """Text with its entities; offsets count UTF-16 units, entities are ordered by offset."""

    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)


def from_person(text: str, links: Mapping[str, str] | None = None) -> Formatted:
    """A person's text with the addresses behind its linked words, and what the platform finds by itself."""
    linked = [
        {
            "type": "text_link",
            "offset": utf16_length(text[: text.index(words)]),
            "length": utf16_length(words),
            "url": url,
        }
        for words, url in (links or {}).items()
    ]
    return _with_automatic(Formatted(text, sorted(linked, key=lambda entity: entity["offset"])))


def from_bot(
    source: str,
    *,
    parse_mode: str | None,
    entities: list[dict[str, Any]] | None,
    limit: int,
    what: str,
    may_be_empty: bool = False,
) -> Formatted:
    """A bot's text as stored; raises ApiError when its markup is broken or it is longer than `limit` or empty."""
    if not source:
        if may_be_empty:
            return Formatted("")
        raise bad_request(f"{what} text is empty")
    if parse_mode is None:
        formatted = Formatted(source, _checked(entities or [], utf16_length(source)))
    elif parse_mode.upper() == "HTML":
        formatted = Formatted(*parse_html(source))
    else:
        raise bad_request(f"unsupported parse_mode (this test server reads HTML only, not {parse_mode})")
    formatted = _trimmed(formatted)
    if not formatted.text and not may_be_empty:
        raise bad_request("text must be non-empty")
    if utf16_length(formatted.text) > limit:
        # The platform counts in characters; units are the stricter reading, right for both.
        raise bad_request(f"{what} is too long")
    return _with_automatic(formatted)


def slice_units(text: str, offset: int, length: int) -> str:
    """The part of the text that an entity covers."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return encoded[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def _checked(entities: list[dict[str, Any]], length: int) -> list[dict[str, Any]]:
    for entity in entities:
        start, size = entity["offset"], entity["length"]
        if start < 0:
            raise bad_request(f"receive an entity with incorrect offset {start}")
        if start > length:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {start}")
        if start + size > length:
            end = f"ends after the end of the text at UTF-16 offset {start + size}"
            raise bad_request(f"entity beginning at UTF-16 offset {start} {end}")
        if entity["type"] == "text_link":
            if "url" not in entity:
                raise bad_request("can't parse MessageEntity: Can't find field \"url\"")
            reason = problem_with(entity["url"])
            if reason is not None:
                raise bad_request(f"entity URL '{entity['url']}' is invalid: {reason}")
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _trimmed(formatted: Formatted) -> Formatted:
    text = formatted.text.rstrip()
    cut = utf16_length(text) - utf16_length(text.lstrip())
    text = text.lstrip()
    length = utf16_length(text)
    kept = []
    for entity in formatted.entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"] - cut, length)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return Formatted(text, kept)


def _with_automatic(formatted: Formatted) -> Formatted:
    opaque = [
        range(entity["offset"], entity["offset"] + entity["length"])
        for entity in formatted.entities
        if entity["type"] in _OPAQUE
    ]
    found = list(formatted.entities)
    for kind, pattern in _AUTOMATIC:
        for match in pattern.finditer(formatted.text):
            start = utf16_length(formatted.text[: match.start()])
            length = utf16_length(match.group())
            if any(start in covered or start + length - 1 in covered for covered in opaque):
                continue
            if not any(entity["offset"] == start and entity["type"] == kind for entity in found):
                found.append({"type": kind, "offset": start, "length": length})
                if kind == "url":
                    opaque.append(range(start, start + length))
    return Formatted(formatted.text, sorted(found, key=lambda entity: (entity["offset"], -entity["length"])))
