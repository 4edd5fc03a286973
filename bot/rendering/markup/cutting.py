"""Shortening text: between words where it can, with markup, letters and signs unbroken."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.rendering.markup.text import ELLIPSIS, Marked, units


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of marked-up text that must not be broken; `closing` is the closing tag of the tag it opens."""

    text: str
    width: int
    closing: str | None = None
    closes: bool = False


def cut_pieces(text: str, pieces: Iterable[Piece], limit: int) -> Marked:
    """Keep the pieces that fit together with an ellipsis; step back to the last space when it is near."""
    if units(text) <= limit:  # what is short with its markup is short without
        return Marked(text)
    read: list[Piece] = []
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


def _whole_letters(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces with what people see as one letter or sign in one piece (grapheme clusters, UAX 29)."""
    run = ""
    for piece in pieces:
        if len(piece.text) == 1:
            run += piece.text
            continue
        yield from letters_of(run)
        yield piece
        run = ""
    yield from letters_of(run)


def letters_of(text: str) -> Iterator[Piece]:
    if text.isascii():
        yield from (Piece(letter, 1) for letter in text)
        return
    # Imported when something has to be cut first: few texts have.
    import regex

    yield from (Piece(letter, units(letter)) for letter in regex.findall(r"\X", text))


def shorten(text: str, limit: int) -> str:
    """Shorten plain text to *limit* UTF-16 units, between words where it can and never within a letter or sign."""
    return str(cut_pieces(text, (Piece(letter, units(letter)) for letter in text), limit))


def shorten_middle(text: str, limit: int) -> str:
    """Shorten plain text to *limit* UTF-16 units by what stands in its middle: beginnings are often the same."""
    if units(text) <= limit:
        return text
    letters = [letter.text for letter in letters_of(text)]
    head, tail, left = 0, len(letters), limit - units(ELLIPSIS)
    while head < tail:
        at_end = len(letters) - tail < head
        letter = letters[tail - 1] if at_end else letters[head]
        left -= units(letter)
        if left < 0:
            break
        head, tail = (head, tail - 1) if at_end else (head + 1, tail)
    return f"{''.join(letters[:head]).rstrip()}{ELLIPSIS}{''.join(letters[tail:]).lstrip()}"
