"""What a `t.me/<bot>?start=…` link carries into the private chat: a place in the product, or an invitation's code."""

import re

from bot.actions import Action, Verb

HELLO = "hello"
"""What a link carries that leads nowhere in particular."""
MY = "my"
NEW = "new"

_CARRIED = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLACE = re.compile(
    r"task_(?P<task>\d{1,18}-\d{1,9})|case_(?P<case>\d{1,18})|new_(?P<process>[A-Za-z0-9_-]+)|(?P<command>new|my)"
)


def to_task(task_id: str) -> str:
    """Return what leads to a task; its dot is written as a hyphen."""
    return f"task_{task_id.replace('.', '-')}"


def to_case(case_id: int) -> str:
    """Return what leads to a case."""
    return f"case_{case_id}"


def to_new_case(process: str) -> str:
    """Return what leads to the form of a new case; to the choice of processes when the name cannot be carried."""
    carried = f"new_{process}"
    return carried if _CARRIED.fullmatch(carried) else NEW


def action_of(carried: str) -> Action | None:
    """Return what a button would carry that leads to the same place; None for an invitation's code."""
    found = _PLACE.fullmatch(carried)
    if found is None:
        return None
    if found["task"]:
        return Action(verb=Verb.WORK, target=found["task"].replace("-", "."))
    if found["case"]:
        return Action(verb=Verb.CASE, target=found["case"])
    if found["process"]:
        return Action(verb=Verb.NEW, target=found["process"])
    return Action(verb=Verb.COMMAND, target=found["command"])
