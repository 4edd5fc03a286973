"""The letters that came with a task, as its card or its notice shows them."""

from collections.abc import Sequence
from typing import Any

from bot.rendering.markup.cutting import shorten
from bot.rendering.markup.dialects import MARKUPS
from bot.rendering.markup.text import ELLIPSIS
from bot.rendering.words.cases import CaseWords
from workflows.domain.case import Case
from workflows.ports.chat import Dialect
from workflows.ports.rendering import (
    FilledLetter,
)

BEGINNING = 240
"""How much of a letter is shown on a card where it cannot be folded."""
_BETWEEN = " ,.:;—–-·"
_MOST_LETTERS = 2
_SHARE = 5


def shown_letters(on: CaseWords, letters: Sequence[FilledLetter], dialect: Dialect) -> list[dict[str, Any]]:
    """Return the letters in the language: who wrote, when, about what, the text, and whether that is cut.

    Where nothing can be folded a beginning is shown; several letters are each cut to a share of the limit.
    """
    limit = MARKUPS[dialect].limit
    room = BEGINNING if dialect is Dialect.MRKDWN else limit * (_SHARE - 1) // _SHARE // max(len(letters), 1)
    if dialect is not Dialect.MRKDWN and len(letters) < _MOST_LETTERS:
        room = sum(len(each.texts[on.language].body) * 2 for each in letters if on.language in each.texts)
    found = []
    for letter in letters:
        if on.language in letter.texts:
            whole = letter.texts[on.language].body
            body = shorten(whole, room)
            if dialect is Dialect.MRKDWN and body != whole and "\n" in body:
                body = body.rpartition("\n")[0].rstrip() + ELLIPSIS
            person = on.person(letter.by)
            about = _topic(letter.texts[on.language].subject, on.case)
            found.append({"person": person, "at": letter.at, "about": about, "body": body, "is_cut": body != whole})
    return found


def _topic(subject: str, case: Case) -> str:
    """Return the subject of a letter without the number and the client that it begins with: the card shows them."""
    for known in (case.number, case.client and case.client.name):
        rest = subject.lstrip(_BETWEEN)
        subject = rest.removeprefix(known) if known else rest
    return subject.lstrip(_BETWEEN)
