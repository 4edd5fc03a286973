"""What is looked for: words of a record, digits of an INN or a phone, a part of a case's number."""

import re
from dataclasses import dataclass

from workflows.domain.text import digits_in, folded

MOST_WORDS = 10
LEAST_DIGITS = 3
"""Fewer digits find half of all clients."""
MAX_WORDS = 1_000
"""The most letters that are looked for: no name is as long, and SQLite takes no pattern of 50,000 bytes."""

_NUMBER = re.compile(r"(?:№|no\.?|#|дело|case)?\s*(?P<prefix>[a-z][a-z0-9]{0,9}?)?[\s\-_.№#]*0*(?P<digits>\d{1,15})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What some words may mean; `number` (of a case, or its end) and `digits` are empty where they cannot be meant."""

    words: tuple[str, ...]
    number: str
    digits: str

    @property
    def whole_number(self) -> str:
        """Return how the number ends of the case whose number it is; empty when none is meant."""
        return self.number if not self.number.isdigit() else f"-{self.number}"

    def finds_name(self, name: str) -> bool:
        """Whether a client of that name is meant."""
        return all(word in folded(name) for word in self.words)

    def finds_number(self, number: str) -> bool:
        """Whether a case of that number is meant."""
        return bool(self.number) and self.number in number


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNumber:
    """The number of a case as typed: `ONB 1`, `onb1`, `№ 1`; the prefix may be left out."""

    prefix: str
    digits: str

    def of(self, prefix: str) -> str:
        """Return the number among the cases of a process."""
        return f"{self.prefix or prefix}-{self.digits}"


def number_in(words: str) -> CaseNumber | None:
    """Return the number of a case that is typed; None when it is none."""
    found = _NUMBER.fullmatch(folded(words))
    return None if found is None else CaseNumber(prefix=(found["prefix"] or "").upper(), digits=found["digits"])


def searched_in(words: str) -> Searched | None:
    """Return what is looked for; None for words that nobody can see."""
    text = folded(words)[:MAX_WORDS]
    if not text:
        return None
    # Punctuation around a word is not what the word is found by, unless there is nothing else.
    bare = tuple(filter(None, (word.strip("\"',;.()") for word in text.split())))[:MOST_WORDS]
    number, digits = number_in(words), digits_in(words)
    return Searched(
        words=bare or (text,),
        number="" if number is None else number.of("") if number.prefix else number.digits,
        digits=_of_phone(digits) if len(digits) >= LEAST_DIGITS else "",
    )


LEAST_PIECE = 2
"""Fewer letters are a piece of every word."""
_PHONE = 11


def _of_phone(digits: str) -> str:
    """Return the digits of a phone without the 8 or 7 before it, which are typed for each other; others as they are."""
    return digits[1:] if len(digits) == _PHONE and digits[0] in "78" else digits


def pieces_of(word: str) -> tuple[str, ...]:
    """Return two parts of a word: whoever has it with one wrong letter has one of them. Short words have none."""
    half = len(word) // 2
    if half < LEAST_PIECE:
        return ()
    # Without the letter that may have changed places with the last one of the first part.
    return word[:half], word[half + 1 :] if len(word) - half > LEAST_PIECE else word[half:]


def resembles(meant: Searched, text: str) -> bool:
    """Whether a folded text has every word looked for, one letter of each wrong, left out, too many or swapped."""
    have = [word.strip("\"',;.()") for word in text.split()]
    return all(any(is_nearly(word, each) for each in have) for word in meant.words)


def is_nearly(typed: str, word: str) -> bool:
    """Whether a word, or its beginning, is the typed one but for one letter."""
    if not pieces_of(typed):
        return typed in word
    size = len(typed)
    return any(_at_one_step(typed, word[:length]) for length in (size - 1, size, size + 1))


def _at_one_step(one: str, other: str) -> bool:
    if one == other:
        return True
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
