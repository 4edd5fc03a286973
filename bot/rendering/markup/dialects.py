"""Three dialects of marked-up text: HTML of the web chat, HTML of Telegram, mrkdwn of Slack. Pure functions of text.

What people typed is escaped and shown literally; only `Marked` text carries markup.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workflows.ports.chat import Dialect

ELLIPSIS = "…"
LONG_QUOTE = 400
"""A quoted text longer than this, or of more lines than LONG_QUOTE_LINES, is folded where the platform can."""
LONG_QUOTE_LINES = 8

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069"
"""What shows nothing and breaks texts or turns them round. Texts are cleaned where they enter; older ones were not."""
_CONTROL = re.compile(f"[{_CONTROLS}]")


class Marked(str):
    """Text marked up for its dialect already: it is never escaped again."""

    __slots__ = ()


class Markup(Protocol):
    """The text format of one platform; `limit` is the length of one message.

    `escape`, `bold`, `italic`, `link`, `quote` and `copied` escape a plain `str`.
    """

    limit: int

    def escape(self, text: str) -> Marked:
        """Return text that shows exactly as typed, without control characters and signs that turn the line round."""
        ...

    def bold(self, text: str) -> Marked:
        """Return the text in bold."""
        ...

    def italic(self, text: str) -> Marked:
        """Return the text in italics."""
        ...

    def link(self, text: str, url: str) -> Marked:
        """Return the text as a link; an address that is neither http(s) nor relative to the page is left out.

        Slack also takes `mailto:`.
        """
        ...

    def quote(self, text: str) -> Marked:
        """Return the text as a block of its own, set apart as quoted."""
        ...

    def fold(self, title: str, text: str) -> Marked:
        """Return a title and a text below it that is folded where the platform can fold."""
        ...

    def copied(self, text: str) -> Marked:
        """Return the text as a block of its own that people copy: nothing is in it that is not in the text."""
        ...

    def finish(self, text: str) -> Marked:
        """Turn the line breaks of a whole marked-up message into those of the platform."""
        ...

    def visible_length(self, text: str) -> int:
        """Return how long the platform counts a marked-up text to be."""
        ...

    def cut(self, text: str, limit: int) -> Marked:
        """Shorten a marked-up text to *limit* as the platform counts, between words where it can, markup unbroken."""
        ...


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of marked-up text that must not be broken; `closing` is the closing tag of the tag it opens."""

    text: str
    width: int
    closing: str | None = None
    closes: bool = False


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


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n"))


def _cut(text: str, pieces: Iterable[_Piece], limit: int) -> Marked:
    """Keep the pieces that fit together with an ellipsis; step back to the last space when it is near."""
    if units(text) <= limit:  # what is short with its markup is short without
        return Marked(text)
    read: list[_Piece] = []
    width = 0
    for piece in pieces:
        read.append(piece)
        width += piece.width
        if width > limit:  # what comes after is cut off anyway, however long it is
            break
    else:
        return Marked(text)
    kept: list[str] = []
    still_open: list[str] = []
    used, space = 0, (0, 0, 0)
    for piece in _whole_letters(read):
        if used + piece.width > limit - units(ELLIPSIS):
            break
        if piece.text.isspace():
            space = (len(kept), used, len(still_open))
        kept.append(piece.text)
        used += piece.width
        if piece.closing is not None:
            still_open.append(piece.closing)
        elif piece.closes and still_open:
            still_open.pop()
    at, width, depth = space
    if width > limit * 4 // 5 and depth == len(still_open):
        kept = kept[:at]
    return Marked("".join(kept).rstrip() + ELLIPSIS + "".join(reversed(still_open)))


def _whole_letters(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces with what people see as one letter or sign in one piece (grapheme clusters, UAX 29)."""
    run = ""
    for piece in pieces:
        if len(piece.text) == 1:
            run += piece.text
            continue
        yield from _letters(run)
        yield piece
        run = ""
    yield from _letters(run)


def _letters(text: str) -> Iterator[_Piece]:
    if text.isascii():
        yield from (_Piece(letter, 1) for letter in text)
        return
    # Imported when something has to be cut first: few texts have.
    import regex

    yield from (_Piece(letter, units(letter)) for letter in regex.findall(r"\X", text))


def shorten(text: str, limit: int) -> str:
    """Shorten plain text to *limit* UTF-16 units, between words where it can and never within a letter or sign."""
    return str(_cut(text, (_Piece(letter, units(letter)) for letter in text), limit))


def shorten_middle(text: str, limit: int) -> str:
    """Shorten plain text to *limit* UTF-16 units by what stands in its middle: beginnings are often the same."""
    if units(text) <= limit:
        return text
    letters = [letter.text for letter in _letters(text)]
    head, tail, left = 0, len(letters), limit - units(ELLIPSIS)
    while head < tail:
        at_end = len(letters) - tail < head
        letter = letters[tail - 1] if at_end else letters[head]
        left -= units(letter)
        if left < 0:
            break
        head, tail = (head, tail - 1) if at_end else (head + 1, tail)
    return f"{''.join(letters[:head]).rstrip()}{ELLIPSIS}{''.join(letters[tail:]).lstrip()}"


def _break_in(pieces: Sequence[str], start: int, end: int) -> int:
    """Return where to break the pieces: at the last line end of the second half, else its last space, else *end*."""
    for sign in ("\n", " "):
        at = next((at for at in range(end, start + (end - start) // 2, -1) if pieces[at] == sign), None)
        if at is not None:
            return at
    return end


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://", "/")) and not url.startswith("//")


class _Html:
    """What both kinds of HTML share."""

    limit: int
    _PIECE = re.compile(r"<(?P<slash>/?)(?P<tag>[a-z]+)[^>]*>|&[#\w]+;|.", re.DOTALL)
    _ESCAPES: Mapping[int, str] = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}
    _SPECIAL = re.compile(f'[&<>"{_CONTROLS}]')

    def escape(self, text: str) -> Marked:
        if isinstance(text, Marked):
            return text
        # Most texts need no escaping, and the search costs a tenth of escaping.
        return Marked(_clean(text).translate(self._ESCAPES)) if self._SPECIAL.search(str(text)) else Marked(text)

    def bold(self, text: str) -> Marked:
        return Marked(f"<b>{self.escape(text)}</b>")

    def italic(self, text: str) -> Marked:
        return Marked(f"<i>{self.escape(text)}</i>")

    def link(self, text: str, url: str) -> Marked:
        if not _is_address(url):
            return self.escape(text)
        return Marked(f'<a href="{self.escape(str(url))}">{self.escape(text)}</a>')

    def finish(self, text: str) -> Marked:
        return Marked(text.strip())

    def visible_length(self, text: str) -> int:
        return sum(piece.width for piece in self._pieces(text))

    def cut(self, text: str, limit: int) -> Marked:
        return _cut(text, self._pieces(text), limit)

    def _pieces(self, text: str) -> Iterator[_Piece]:
        for found in self._PIECE.finditer(text):
            piece, tag = found[0], found["tag"]
            if tag == "br":
                yield _Piece(piece, 1)
            elif tag is None:
                yield _Piece(piece, 1 if piece.startswith("&") and len(piece) > 1 else units(piece))
            elif found["slash"]:
                yield _Piece(piece, 0, closes=True)
            else:
                yield _Piece(piece, 0, closing=f"</{tag}>")


class WebHtml(_Html):
    """HTML of the web chat: b, i, a, blockquote and br. The limit only keeps a page readable."""

    limit = 40_000

    def link(self, text: str, url: str) -> Marked:
        marked = super().link(text, url)
        if url.startswith("http"):
            return Marked(marked.replace("<a ", '<a target="_blank" rel="noopener noreferrer" ', 1))
        return marked

    def quote(self, text: str) -> Marked:
        return Marked(f"<blockquote>{self.escape(text)}</blockquote>")

    def fold(self, title: str, text: str) -> Marked:
        return Marked(f"<details><summary>{self.escape(title)}</summary>{self.quote(text)}</details>")

    def copied(self, text: str) -> Marked:
        return self.quote(text)

    def finish(self, text: str) -> Marked:
        return Marked(re.sub(r"\n?(</?(?:blockquote|details)>)\n?", r"\1", text.strip()).replace("\n", "<br>"))


class TelegramHtml(_Html):
    """HTML as the Bot API reads it (parse_mode HTML); its limit of 4,096 counts the text without the markup."""

    limit = 4_096

    def link(self, text: str, url: str) -> Marked:
        return super().link(text, url) if url.startswith("http") else self.escape(text)

    def quote(self, text: str) -> Marked:
        folded = units(text) > LONG_QUOTE or text.count("\n") >= LONG_QUOTE_LINES
        return Marked(f"<blockquote{' expandable' if folded else ''}>{self.escape(text)}</blockquote>")

    def fold(self, title: str, text: str) -> Marked:
        return Marked(f"{self.escape(title)}\n<blockquote expandable>{self.escape(text)}</blockquote>")

    def copied(self, text: str) -> Marked:
        """Return text that a tap copies."""
        return Marked(f"<pre>{self.escape(text)}</pre>")


class SlackMrkdwn:
    """mrkdwn of Slack. Its limits count every character, markup and entities too.

    A section takes 3,000 (see `parts`). All sections of a message together take something over 11,000: Slack documents
    no number, but refuses longer messages as `msg_blocks_too_long`
    (https://github.com/slackapi/bolt-js/issues/2509).

    Slack escapes only `&`, `<` and `>`; for the marks of emphasis it has no escape. It reads a mark as markup only
    where a word begins or ends at it, so a zero-width space on either side makes it an ordinary sign, and one between
    two Latin letters or digits (`test_access`) is ordinary already and stays clean for copying. A back-quote makes code
    even beside spaces: it alone is replaced, by the modifier letter that looks the same. A quotation sign at the start
    of a line, `:smile:` and `@here` are kept apart by a zero-width space too. Send with `verbatim` and without
    `link_names`.
    """

    limit = 11_000
    GUARD = "\u200b"
    BACK_QUOTE = "\u02cb"

    _QUOTED = "> "
    FIXED = "` "
    """How the lines of a preformatted block begin until the block is made; people's back-quotes are replaced."""
    _MARK = re.compile(r"(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])|[*~]")
    _LINE_QUOTE = re.compile(r"^(\s*)&gt;", re.MULTILINE)
    _EMOJI = re.compile(r":(?=[\w+'-]+:)")
    _MENTION = re.compile(r"(?<!\w)@(?=\w)")
    _PIECE = re.compile(
        r"<[^<>\n]+>|&(?:amp|lt|gt);|(?<![\u200bA-Za-z0-9])([*_])(?!\u200b)[^\n]*?(?<!\u200b)\1|.", re.DOTALL
    )

    def escape(self, text: str) -> Marked:
        if isinstance(text, Marked):
            return text
        guard = self.GUARD
        shown = _clean(text).replace("`", self.BACK_QUOTE)
        shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        shown = self._MARK.sub(lambda mark: f"{guard}{mark[0]}{guard}", shown)
        shown = self._EMOJI.sub(f":{guard}", shown)
        shown = self._MENTION.sub(f"@{guard}", shown)
        return Marked(self._LINE_QUOTE.sub(rf"\1{guard}&gt;", shown))

    def bold(self, text: str) -> Marked:
        return self._emphasise("*", text)

    def italic(self, text: str) -> Marked:
        return self._emphasise("_", text)

    def link(self, text: str, url: str) -> Marked:
        if not url.startswith(("https://", "http://", "mailto:")):
            return self.escape(text)
        address = re.sub(r"\s", "%20", url).replace("&", "&amp;")
        address = address.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
        label = " ".join(self.escape(text).split()).replace("<", "").replace(">", "")
        return Marked(f"<{address}|{label}>")

    def quote(self, text: str) -> Marked:
        return Marked("\n".join(f"{self._QUOTED}{line}" for line in self.escape(text).split("\n")))

    def fold(self, title: str, text: str) -> Marked:
        return Marked(f"{self.escape(title)}\n{self.quote(text)}")

    def copied(self, text: str) -> Marked:
        return Marked("\n".join(f"{self.FIXED}{line}" for line in self.escape(text).split("\n")))

    def finish(self, text: str) -> Marked:
        return Marked(text.strip())

    def visible_length(self, text: str) -> int:
        return units(text)

    def cut(self, text: str, limit: int) -> Marked:
        return _cut(text, (_Piece(found[0], units(found[0])) for found in self._PIECE.finditer(text)), limit)

    def parts(self, text: str, limit: int) -> list[Marked]:
        """Divide a marked-up text into parts of at most *limit*, at line ends or between words where it can.

        The signs at which it is divided are left out, markup is unbroken, and what was quoted or preformatted stays so.
        """
        if units(text) <= limit:
            return [Marked(text.rstrip())] if text.strip() else []
        pieces = [piece for found in self._PIECE.finditer(text) for piece in self._unwrap(found[0], limit)]
        parts: list[Marked] = []
        start, prefix = 0, ""
        while start < len(pieces):
            end, used = start, len(prefix)
            while end < len(pieces) and used + units(pieces[end]) <= limit:
                used += units(pieces[end])
                end += 1
            if end < len(pieces):
                end = _break_in(pieces, start, end)
            parts.append(Marked(prefix + "".join(pieces[start:end]).rstrip()))
            line = max((at + 1 for at in range(end) if pieces[at] == "\n"), default=0)
            is_inside = end < len(pieces) and line < end and pieces[end] != "\n"
            marks = (self._QUOTED, self.FIXED) if is_inside else ()
            prefix = next((mark for mark in marks if pieces[line] == mark[0]), "")
            start = end
            while start < len(pieces) and pieces[start].isspace():
                start += 1
                prefix = "" if pieces[start - 1] == "\n" else prefix
        return [part for part in parts if part.strip()]

    def _unwrap(self, piece: str, limit: int) -> Iterator[str]:
        """Yield a piece, or the pieces inside it when it is too long to stay whole."""
        if units(piece) <= limit - len(self._QUOTED):
            yield piece
            return
        address, _, label = piece[1:-1].partition("|")
        for found in self._PIECE.finditer((label or address) if piece.startswith("<") else piece[1:-1]):
            yield from self._unwrap(found[0], limit)

    def _emphasise(self, mark: str, text: str) -> Marked:
        """Mark each line by itself; a line that Slack would not emphasise stays plain rather than showing our marks."""
        return Marked("\n".join(self._emphasise_line(mark, line) for line in self.escape(text).split("\n")))

    def _emphasise_line(self, mark: str, line: str) -> str:
        edges = line[:1] + line[-1:]
        if not line or mark in line or any(edge.isspace() or edge == self.GUARD for edge in edges):
            return line
        return f"{mark}{line}{mark}"


SLACK = SlackMrkdwn()

MARKUPS: Mapping[Dialect, Markup] = {
    Dialect.HTML: WebHtml(),
    Dialect.INLINE_HTML: TelegramHtml(),
    Dialect.MRKDWN: SLACK,
}

MOST_COPIED: Mapping[Dialect, int] = {Dialect.HTML: WebHtml.limit, Dialect.INLINE_HTML: 256, Dialect.MRKDWN: 0}
"""How long a text may be that a button copies; where it is longer, people copy it from the message."""
