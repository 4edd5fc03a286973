"""Where a button of a list stands: a press on it shows the list anew."""

import re
from dataclasses import replace

from bot.actions import MAX_BYTES, Action, Verb
from bot.conversation.incoming import Asker, ListRead
from workflows.domain.ids import PersonId

_PLACE = re.compile(r"(my|queue|status)\.([0-9]{1,5})(?:\.(.+))?")
_VERBS = frozenset({Verb.CLAIM, Verb.WORK, Verb.CASE})


def placed(action: Action, page: ListRead, asker: Asker) -> str:
    """Return the action of a button in a list, with the page; in a group also with whose list it is."""
    owner = "" if asker.group_title is None or asker.person is None else f".{asker.person}"
    argument = f"{page.command}.{page.page}{owner}"
    bare = action.encode()
    # An id that leaves no room costs no more than the list shown anew.
    return bare if len(f"{bare}{argument}".encode()) > MAX_BYTES else replace(action, argument=argument).encode()


def list_of(action: Action, presser: Asker) -> tuple[ListRead, Asker] | None:
    """Return the list in which a button stands, and whose it is; None for a button elsewhere.

    In a private chat everybody has their own: there the action cannot name another person.
    """
    found = _PLACE.fullmatch(action.argument)
    if found is None or action.verb not in _VERBS:
        return None
    command, page, owner = found.groups()
    asker = presser if owner is None or presser.group_title is None else replace(presser, person=PersonId(owner))
    return ListRead(command=command, page=int(page)), asker
