"""What is wrong in a company's files, where, and how to fix it: in Russian and in English."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from workflows.domain.text import Language, Text

MOST_NAMED = 15
"""How many names a sentence lists."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem: the file as its folder was given, the line from 1, and the sentences for people."""

    file: str
    line: int
    ru: str
    en: str

    def in_(self, language: Language) -> str:
        """Return `file:line: what is wrong, and how to fix it` in *language*."""
        return f"{self.file}:{self.line}: {self.ru if language is Language.RU else self.en}"


class CompanyProblems(Exception):
    """The files of a company cannot be used; `problems` are in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(problem.in_(Language.EN) for problem in self.problems))


def listing(names: Iterable[str]) -> str:
    """Join names for a sentence; a dash when there are none."""
    return ", ".join(names) or "—"


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that *word* probably stands for, or None."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.7)), None)


def did_you_mean(word: str, known: Iterable[str]) -> Text:
    """Return the end of a sentence: the known name closest to *word*, or those that are known, the first of many."""
    names = list(known)
    if close := closest(word, names):
        return Text(ru=f"возможно, имелось в виду «{close}»", en=f'did you mean "{close}"')
    if not names:
        return Text(ru="здесь нет ни одного", en="there is none here")
    shown = listing(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
    return Text(ru=f"есть {shown}", en=f"there is {shown}")
