"""`/status` and `/find`: the status of cases, and the cases that some words may mean."""

from collections.abc import Sequence

from bot.conversation.cases import status as case_status
from bot.conversation.commands.vocabulary import Word
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.turn import Turn
from workflows.ports.queries import CaseLine

MOST_FOUND = 50


async def status(turn: Turn, rest: str) -> Reply:
    """Return the status of the case named, or the cases that may be meant; every active one when none is named."""
    if not rest:
        active = await turn.queries.active_cases(case_status.READ_CASES)
        return Reply(message=case_status.all_active_message(turn, active))
    case = await turn.queries.case_numbered(rest)
    if case is None:
        found = await turn.queries.find_cases(rest, MOST_FOUND)
        if len(found) != 1:
            return _matches(turn, rest, found)
        case = await turn.case(found[0].case_id)
    return Reply(message=case_status.status_message(turn, case), case_id=case.id)


async def find(turn: Turn, rest: str) -> Reply:
    """Return the cases that the words may mean, closed ones included."""
    if not rest:
        toast = turn.words.gettext(
            "Whom to look for? Type a client's name, INN or the number of a case after %(find)s.",
            find=turn.command(Word.FIND),
        )
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    return _matches(turn, rest, await turn.queries.find_cases(rest, MOST_FOUND))


def _matches(turn: Turn, words: str, found: Sequence[CaseLine]) -> Reply:
    if not found:
        toast = turn.words.gettext(
            "There is no case for “%(words)s”. Try a part of the client's name, the INN or a number such as "
            "%(example)s; %(status)s alone lists all active cases.",
            words=words,
            example=_example(turn),
            status=turn.command(Word.STATUS),
        )
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    return Reply(message=case_status.matches_message(turn, words, found))


def _example(turn: Turn) -> str:
    return next((f"{definition.prefix}-1" for definition in turn.definitions.current()), "1")
