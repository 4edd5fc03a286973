"""HTML as the web chat shows it, and as the Bot API reads it. Pure functions of text."""

import re
from collections.abc import Iterator, Mapping

from bot.rendering.markup.cutting import Piece, cut_pieces
from bot.rendering.markup.text import CONTROLS, LONG_QUOTE, LONG_QUOTE_LINES, Marked, units, without_controls


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://", "/")) and not url.startswith("//")


class _Html:
    """What both kinds of HTML share."""

    limit: int
    _PIECE = re.compile(r"<(?P<slash>/?)(?P<tag>[a-z]+)[^>]*>|&[#\w]+;|.", re.DOTALL)
    _ESCAPES: Mapping[int, str] = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}
    _SPECIAL = re.compile(f'[&<>"{CONTROLS}]')

    def escape(self, text: str) -> Marked:
        if isinstance(text, Marked):
            return text
        # Most texts need no escaping, and the search costs a tenth of escaping.
        return (
            Marked(without_controls(text).translate(self._ESCAPES)) if self._SPECIAL.search(str(text)) else Marked(text)
        )

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
        return cut_pieces(text, self._pieces(text), limit)

    def _pieces(self, text: str) -> Iterator[Piece]:
        for found in self._PIECE.finditer(text):
            piece, tag = found[0], found["tag"]
            if tag == "br":
                yield Piece(piece, 1)
            elif tag is None:
                yield Piece(piece, 1 if piece.startswith("&") and len(piece) > 1 else units(piece))
            elif found["slash"]:
                yield Piece(piece, 0, closes=True)
            else:
                yield Piece(piece, 0, closing=f"</{tag}>")


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
