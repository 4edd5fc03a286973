"""mrkdwn of Slack. Pure functions of text."""

import re
from collections.abc import Iterator, Sequence

from bot.rendering.markup.cutting import Piece, cut_pieces
from bot.rendering.markup.text import Marked, units, without_controls


def _break_in(pieces: Sequence[str], start: int, end: int) -> int:
    """Return where to break the pieces: at the last line end of the second half, else its last space, else *end*."""
    for sign in ("\n", " "):
        at = next((at for at in range(end, start + (end - start) // 2, -1) if pieces[at] == sign), None)
        if at is not None:
            return at
    return end


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
        shown = without_controls(text).replace("`", self.BACK_QUOTE)
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
        return cut_pieces(text, (Piece(found[0], units(found[0])) for found in self._PIECE.finditer(text)), limit)

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
