"""What is looked for: words of a client's name, digits of an INN, a part of a case's number."""

import re
from dataclasses import dataclass

from workflows.domain.text import digits_in, folded

MOST_WORDS = 10
LEAST_INN = 3
"""Fewer digits of an INN find half of all clients."""
MAX_WORDS = 1_000
"""The most letters that are looked for: no name is as long, and SQLite takes no pattern of 50,000 bytes."""

_NUMBER = re.compile(r"(?:№|no\.?|#|дело|case)?\s*(?P<prefix>[a-z][a-z0-9]{0,9}?)?[\s\-_.№#]*0*(?P<digits>\d{1,15})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What some words may mean; `number` (of a case, or its end) and `inn` are empty where they cannot be meant."""

    words: tuple[str, ...]
    number: str
    inn: str

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
        inn=digits if len(digits) >= LEAST_INN else "",
    )
