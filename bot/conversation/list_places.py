"""Where a button of a list stands, and what a list is about: a press on it, or a change of its cases, shows it anew."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from bot.actions import MAX_BYTES, Action, Unreadable, Verb, decode
from bot.conversation.incoming import Asker, ListRead
from bot.conversation.turn import Turn
from workflows.domain.ids import CaseId, PersonId, case_of
from workflows.ports.chat import ChatAddress, Listing, Message, MessageId
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.delivery.shown_lists import ShownLists

_PLACE = re.compile(r"(my|queue|status)\.([0-9]{1,5})(?:\.(.+))?")
OF_A_CASE = "case"
"""The command of a list that is the status of one case; its page is the id of the case."""
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


def as_list(turn: Turn, message: Message, command: str, page: int) -> Message:
    """Return a message that says which list it is."""
    asker = turn.asker
    listing = Listing(
        command=command,
        page=page,
        person=turn.person.id,
        language=turn.language,
        is_in_group=asker.group_title is not None,
    )
    return replace(message, listing=listing)


def read_of(place: str) -> ListRead | None:
    """Return the list of a place, such as `my.2`; None for anything else."""
    command, _, page = place.partition(".")
    return ListRead(command=command, page=int(page)) if command and page.isdecimal() else None


def place_of(message: Message) -> str:
    """Return the place of the list that a message shows, such as `my.2`; empty for another message."""
    return "" if message.listing is None else f"{message.listing.command}.{message.listing.page}"


def cases_in(message: Message) -> frozenset[CaseId]:
    """Return the cases that a list is about: those of its buttons, or the one whose status it is."""
    found = set[CaseId]()
    if message.listing is not None and message.listing.command == OF_A_CASE:
        found.add(CaseId(message.listing.page))
    for button in (button for row in message.buttons for button in row):
        with suppress(Unreadable):
            action = decode(button.action or "")
            if action.is_about_a_task:
                found.add(case_of(action.task_id))
            elif action.is_about_a_case:
                found.add(action.case_id)
    return frozenset(found)


async def note_list(lists: ShownLists, chat: ChatAddress, message_id: MessageId, message: Message) -> None:
    """Note where a list is shown, so that it stays true; a message that is none is left alone.

    Without the database the list is shown all the same.
    """
    if message.listing is None:
        return
    values: Mapping[str, str] = message.listing.values()
    with suppress(StorageUnavailable):
        await lists.note(chat, message_id, {message.listing.language: message}, about=cases_in(message), values=values)
