"""Typed text: normalised once on entry, folded once for comparison; and texts in every language."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MAX_FILE_NAME = 200

_UNWANTED = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"  # controls that are no white space, halves of letters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # they change the direction of the line
    "\u00ad\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb"  # invisible and useless in a text
    "\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"  # invisible letters and marks
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
    "]"
)
_FLAG_OF_A_REGION = "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
_DEPENDENT = re.compile(
    f"(?P<flag>{_FLAG_OF_A_REGION})"
    "|[\U000e0020-\U000e007f]"
    "|(?P<joiner>[\u200c\u200d])"
    "|(?P<selector>[\ufe00-\ufe0f\U000e0100-\U000e01ef])"
    "|(?P<mongolian>[\u180b-\u180d\u180f])"
)
"""Characters that are kept only beside the letter that they belong to."""
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\u0085\x0b\x0c]")
_JOINS_FROM = "\u0590"
"""Letters before Hebrew (Latin, Greek, Cyrillic, Armenian) and digits are never joined."""

_QUOTES = dict.fromkeys(map(ord, "«»„“”‟〝〞〟＂❝❞"), '"')
_APOSTROPHES = dict.fromkeys(map(ord, "‘’‚‛‹›`´ʹʼʻʽˈˋ′＇❛❜"), "'")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―⁃⁻−﹘﹣－➖"), "-")
_SIGNS: dict[int, str] = {**_QUOTES, **_APOSTROPHES, **_DASHES}
_YO = {ord("ё"): "е"}


def clean(words: str) -> str:
    """Return a text as it is stored: composed (NFC), without direction marks and invisible characters.

    Joiners, variant selectors and tags stay where they belong to a letter or a symbol (emoji, Arabic, Indic). The
    empty Braille cell, which looks like a space, becomes one, and every kind of line end becomes `\\n`.
    """
    if words.isascii() and words.isprintable():
        return words
    words = _UNWANTED.sub("", _LINE_ENDS.sub("\n", words)).replace("\u2800", " ")
    return unicodedata.normalize("NFC", _DEPENDENT.sub(_kept, words))


def _kept(found: re.Match[str]) -> str:
    if found["flag"]:
        return found[0]
    text = found.string
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    if found["joiner"]:
        is_used = before >= _JOINS_FROM and after >= _JOINS_FROM and not before.isspace() and not after.isspace()
    elif found["selector"]:
        is_used = before > " " and not before.isspace() and _DEPENDENT.match(before) is None
    elif found["mongolian"]:
        is_used = "\u1820" <= before <= "\u18aa"
    else:
        is_used = False
    return found[0] if is_used else ""


def storable(words: str) -> str:
    """Return an answer as it is stored: `clean`, without outer white space; empty if nothing in it is visible."""
    kept = clean(words).strip()
    return kept if any(map(_is_visible, kept)) else ""


def _is_visible(letter: str) -> bool:
    """Whether a letter shows by itself; marks and selectors need another one."""
    return unicodedata.category(letter)[0] not in "MZC" or unicodedata.category(letter) in ("Co", "Cn")


def written(words: str) -> str:
    """Return an answer that has a grammar (a number, a date, an address): one kind of each sign, single spaces.

    Compatibility characters (full width, ligatures) become ordinary ones; superscripts and fractions stay, since ² is
    not 2.
    """
    kept = storable(words)
    if kept.isascii():
        return " ".join(kept.split())
    ordinary = (
        letter if unicodedata.category(letter) in ("No", "Sk") else unicodedata.normalize("NFKC", letter)
        for letter in kept.translate(_SIGNS)
    )
    return " ".join("".join(ordinary).split())


def folded(words: str) -> str:
    """Return a text in the form in which it is compared and searched: equal for equal meanings.

    Case, ё and е, Unicode forms, kinds of quotation marks, apostrophes, dashes and spaces make no difference, nor do
    invisible characters.
    """
    kept = storable(words)
    if not kept.isascii():
        kept = "".join(letter for letter in kept if _DEPENDENT.match(letter) is None)
        kept = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", kept.translate(_SIGNS)).casefold())
        kept = storable(kept.translate(_SIGNS).translate(_YO))
    return " ".join(kept.casefold().split())


_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, folded."""
    return frozenset(_WORD.findall(folded(text)))


def has_words(label: str, typed: frozenset[str]) -> bool:
    """Whether each of the typed words begins a word of a label."""
    return all(any(word.startswith(part) for word in words_of(label)) for part in typed)


def digits_in(words: str) -> str:
    """Return the digits of a number written with spaces and dashes; empty when it contains anything else."""
    compact = re.sub(r"[\s\-./()]", "", folded(words))
    return compact if compact.isascii() and compact.isdigit() else ""


def file_name(told: str) -> str:
    """Return a file's name without folders and unprintable characters: its last MAX_FILE_NAME, or "" if none."""
    name = clean(told).replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter if letter.isprintable() or letter in "\u200c\u200d" else "" for letter in name)
    return storable(kept)[-MAX_FILE_NAME:].strip()


class Language(StrEnum):
    """The languages people can choose; the first is the one the product was made for."""

    RU = "ru"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One title, label or name in each language."""

    ru: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the words in *language*."""
        return self.ru if language is Language.RU else self.en

    @classmethod
    def same(cls, words: str) -> "Text":
        """Make a text that reads the same in every language."""
        return cls(ru=words, en=words)
