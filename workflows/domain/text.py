"""Titles and names in every language of the product, and the cleaning of typed text."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Fillers and the empty Braille cell: letters and symbols in Unicode, but invisible."""


def without_unstorable(words: str) -> str:
    """Drop what nobody can type and no database stores: NUL and lone surrogates."""
    return _UNSTORABLE.sub("", words)


def storable(words: str) -> str:
    """Return the text stripped of what no database stores and of outer white space; empty if nothing is visible."""
    kept = without_unstorable(words).strip()
    return "" if all(map(_is_invisible, kept)) else kept


def _is_invisible(letter: str) -> bool:
    return letter.isspace() or letter in _BLANK_LETTERS or unicodedata.category(letter) in ("Cc", "Cf")


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
