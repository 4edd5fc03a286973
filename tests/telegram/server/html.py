"""Telegram's HTML: source -> text and entities, refused with the platform's texts (offsets: bytes of the source)."""

from dataclasses import dataclass
from typing import Any, Final

from .errors import bad_request
from .links import normalised, problem_with

_KINDS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
}
_SPACE: Final = b" \t\r\n\v\0"
_NAMED: Final = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_END: Final = 0


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    units: int
    start: int


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and entities (offsets in UTF-16 units); raises ApiError `can't parse entities`."""
    return _Parser(source).run()


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit of every offset and limit of the platform."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Parser:
    def __init__(self, source: str) -> None:
        # A zero byte ends the source, so that every scan below stops without asking for the length.
        self.data = source.replace("\0", " ").encode("utf-8", "replace") + b"\0"
        self.at = 0
        self.out = bytearray()
        self.units = 0
        self.open: list[_Open] = []
        self.entities: list[dict[str, Any]] = []

    def run(self) -> tuple[str, list[dict[str, Any]]]:
        while self.data[self.at] != _END:
            if self.data[self.at] == ord("<"):
                self._tag()
            else:
                self._append(self._character())
        if self.open:
            raise _refused(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return self.out.decode(), _merge_code_in_pre(self.entities)

    def _append(self, text: str) -> None:
        self.out += text.encode()
        self.units += utf16_length(text)

    def _character(self) -> str:
        decoded = self._reference() if self.data[self.at] == ord("&") else None
        if decoded is not None:
            return decoded
        start = self.at
        self.at += 1
        while self.data[self.at] & 0xC0 == 0x80:
            self.at += 1
        return self.data[start : self.at].decode()

    def _reference(self) -> str | None:
        end = self.at + 1
        if self.data[end] == ord("#"):
            base, digits, start = 10, b"0123456789", end + 1
            if self.data[start] == ord("x"):
                base, digits, start = 16, b"0123456789abcdefABCDEF", start + 1
            end = start
            while self.data[end] in digits:
                end += 1
            number = int(self.data[start:end] or b"0", base)
            if not 0 < number < 0x10FFFF or end - start > 8:
                return None
            if 0xD800 <= number <= 0xDFFF:
                reason = "Text contains invalid Unicode characters after decoding HTML entities, "
                raise _refused(reason + "check for unmatched surrogate code units")
            decoded: str | None = chr(number)
        else:
            while chr(self.data[end]).isascii() and chr(self.data[end]).isalpha():
                end += 1
            decoded = _NAMED.get(self.data[self.at + 1 : end])
        if decoded is not None:
            self.at = end + (self.data[end] == ord(";"))
        return decoded

    def _skip_spaces(self) -> None:
        while self.data[self.at] != _END and self.data[self.at] in _SPACE:
            self.at += 1

    def _until(self, stops: bytes) -> str:
        start = self.at
        while self.data[self.at] not in stops:
            self.at += 1
        return self.data[start : self.at].decode("utf-8", "replace").lower()

    def _tag(self) -> None:
        begin = self.at
        self.at += 1
        if self.data[self.at] == ord("/"):
            self.at += 1
            self._end_tag(begin)
        else:
            self._start_tag(begin)
        self.at += 1

    def _end_tag(self, begin: int) -> None:
        if not self.open:
            raise _refused(f"Unexpected end tag at byte offset {begin}")
        tag = self._until(_SPACE + b">")
        self._skip_spaces()
        if self.data[self.at] != ord(">"):
            raise _refused(f"Unclosed end tag at byte offset {begin}")
        opened = self.open.pop()
        if tag and tag != opened.tag:
            expected = f'expected "</{opened.tag}>", found "</{tag}>"'
            raise _refused(f"Unmatched end tag at byte offset {begin}, {expected}")
        length = self.units - opened.units
        entity = self._entity(opened) if length else None
        if entity is not None:
            self.entities.append({"type": _KINDS[opened.tag], "offset": opened.units, "length": length, **entity})

    def _entity(self, opened: _Open) -> dict[str, Any] | None:
        match opened.tag:
            case "a":
                url = opened.argument or self.out[opened.start :].decode()
                return {"url": normalised(url)} if problem_with(url) is None else None
            case "tg-emoji":
                return {"custom_emoji_id": opened.argument}
            case "code" if opened.argument:
                return {"language": opened.argument}
            case "blockquote" if opened.argument:
                return {"type": "expandable_blockquote"}
        return {}

    def _start_tag(self, begin: int) -> None:
        tag = self._until(_SPACE + b">")
        if self.data[self.at] == _END:
            raise _refused(f"Unclosed start tag at byte offset {begin}")
        if tag not in _KINDS:
            raise _refused(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument = ""
        while self.data[self.at] != ord(">"):
            self._skip_spaces()
            if self.data[self.at] == ord(">"):
                break
            name, value = self._attribute(tag, begin)
            argument = _argument(tag, name, value) or argument
        if tag == "span" and argument != "spoiler":
            raise _refused(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        if tag == "tg-emoji" and not (argument.isascii() and argument.isdigit() and 0 < int(argument) < 2**63):
            raise _refused("Invalid custom emoji identifier specified")
        self.open.append(_Open(tag, argument, self.units, len(self.out)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        if self.data[self.at] == _END:
            raise _refused(f'Unclosed start tag "{tag}" at byte offset {begin}')
        name = self._until(_SPACE + b"=>")
        if not name:
            raise _refused(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._skip_spaces()
        if self.data[self.at] != ord("="):
            return name, ""
        self.at += 1
        self._skip_spaces()
        if self.data[self.at] == _END:
            raise _refused(f'Unclosed start tag "{tag}" at byte offset {begin}')
        quote = self.data[self.at]
        value = self._quoted(quote) if quote in b"\"'" else self._token()
        if self.data[self.at] == _END:
            raise _refused(f"Unclosed start tag at byte offset {begin}")
        return name, value

    def _token(self) -> str:
        start = self.at
        while chr(self.data[self.at]).isascii() and (chr(self.data[self.at]).isalnum() or self.data[self.at] in b".-"):
            self.at += 1
        if self.data[self.at] not in _SPACE + b">":
            raise _refused(f"Unexpected end of name token at byte offset {start}")
        return self.data[start : self.at].decode()

    def _quoted(self, quote: int) -> str:
        self.at += 1
        value = ""
        while self.data[self.at] not in (quote, _END):
            value += self._character()
        if self.data[self.at] == quote:
            self.at += 1
        return value


def _argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case "code", "class" if value.startswith("language-"):
            return value.removeprefix("language-")
        case "span", "class" if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case "blockquote", "expandable":
            return "1"
    return ""


def _merge_code_in_pre(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`<pre><code class="language-x">` over the same text is one entity with a language; elsewhere it has none."""
    ordered = sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
    result: list[dict[str, Any]] = []
    for entity in ordered:
        same = [e for e in ordered if (e["offset"], e["length"]) == (entity["offset"], entity["length"])]
        language = next((e["language"] for e in same if "language" in e), None)
        if entity["type"] == "code":
            if language is None or not any(e["type"] == "pre" for e in same):
                result.append({key: value for key, value in entity.items() if key != "language"})
        elif entity["type"] == "pre" and language is not None:
            result.append(entity | {"language": language})
        else:
            result.append(entity)
    return result


def _refused(reason: str) -> Exception:
    return bad_request(f"can't parse entities: {reason}")
