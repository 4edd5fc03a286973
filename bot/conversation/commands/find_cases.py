"""`/status` and `/find`: the status of cases, and the cases that some words may mean."""

import re
from collections.abc import Mapping, Sequence

from bot.conversation.cases import base_record
from bot.conversation.cases import status as case_status
from bot.conversation.commands.vocabulary import Word
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.turn import Turn
from workflows.domain.case import Case
from workflows.domain.reading.search import number_in
from workflows.domain.text import clean
from workflows.ports.chat import Button
from workflows.ports.queries import CaseLine

MOST_FOUND = case_status.MOST_COUNTED + 1
MOST_RECORDS = 8
MOST_DIGITS = 6
LEAST_LETTERS, MOST_LETTERS = 3, 100
"""How long a line without a command may be to be looked for: fewer letters find half of all, and more are a letter."""
_ASKED = re.compile(r"(?:где|что с|что там с|как там|where is|what about)\s+(?:дело\s+)?", re.IGNORECASE)


async def status(turn: Turn, rest: str) -> Reply:
    """Return the status of the case named, or the cases that may be meant; every active one when none is named."""
    page = _page(rest)
    if page is not None:
        start, most = (page - 1) * case_status.CASES_ON_A_PAGE, case_status.CASES_ON_A_PAGE + 1
        active = await turn.queries.active_cases(most, start, turn.now)
        return Reply(message=case_status.all_active_message(turn, page, active))
    case = await _numbered(turn, rest)
    return await _status_or_matches(turn, rest) if case is None else await _status(turn, case)


def _page(rest: str) -> int | None:
    """Return the page of all active cases that is asked for; None when the words name a case."""
    number = rest.removeprefix(case_status.PAGE_SIGN)
    if not rest:
        return 1
    return int(number) if number != rest and number.isdecimal() and 0 < len(number) < MOST_DIGITS else None


async def meant(turn: Turn, text: str) -> Reply | None:
    """Return what a line without a command means: a number, a client's name or an INN; None when it means no case.

    A few words before a name (`где Ромашка?`) are no part of it.
    """
    words = _ASKED.sub("", clean(text).strip()).rstrip(" ?.!")
    if len(words) > MOST_LETTERS or text.lstrip().startswith("/"):
        return None
    number = number_in(words)
    if number is not None and (not number.prefix or number.prefix in _prefixes(turn)):
        return await status(turn, words)
    if len(words) < LEAST_LETTERS:
        return None
    found = await turn.queries.find_cases(words, MOST_FOUND)
    return await _status_or_matches(turn, words, found) if found else None


async def _numbered(turn: Turn, words: str) -> Case | None:
    """Return the case of a number as it is typed; None when there is none, or the prefix left out may be several."""
    number = number_in(words)
    if number is None:
        return None
    numbers = dict.fromkeys(number.of(prefix) for prefix in _prefixes(turn))
    cases = [case for each in numbers if (case := await turn.queries.case_numbered(each)) is not None]
    return cases[0] if len(cases) == 1 else None


def _prefixes(turn: Turn) -> list[str]:
    return [definition.prefix for definition in turn.definitions.current()]


async def _status_or_matches(turn: Turn, words: str, found: Sequence[CaseLine] | None = None) -> Reply:
    found = await turn.queries.find_cases(words, MOST_FOUND) if found is None else found
    if len(found) != 1:
        return _matches(turn, words, found)
    return await _status(turn, await turn.case(found[0].case_id))


async def _status(turn: Turn, case: Case) -> Reply:
    return Reply(message=await case_status.status_message(turn, case), case_id=case.id)


async def find(turn: Turn, rest: str) -> Reply:
    """Return the cases that the words may mean, closed ones included, and the records of every kind."""
    if not rest:
        toast = turn.words.gettext(
            "Whom to look for? Type a client's name, INN or the number of a case after %(find)s.",
            find=turn.command(Word.FIND),
        )
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    records = [
        (base_record.record_line(turn, record), base_record.record_button(turn, record))
        for record in await turn.queries.records(None, rest, MOST_RECORDS)
    ]
    return _matches(turn, rest, await turn.queries.find_cases(rest, MOST_FOUND), records)


def _matches(
    turn: Turn, words: str, found: Sequence[CaseLine], records: Sequence[tuple[Mapping[str, str], Button]] = ()
) -> Reply:
    if not found and not records:
        toast = turn.words.gettext(
            "There is no case for “%(words)s”. Try a part of the client's name, the INN or a number such as "
            "%(example)s; %(status)s alone lists all active cases.",
            words=words,
            example=_example(turn),
            status=turn.command(Word.STATUS),
        )
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    return Reply(message=case_status.matches_message(turn, words, found, records))


def _example(turn: Turn) -> str:
    return next((f"{definition.prefix}-1" for definition in turn.definitions.current()), "1")
