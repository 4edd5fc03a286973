"""Payloads of `t.me/<bot>?start=…` links: a place in the product, or the code of an invitation."""

import re

from bot.actions import Action, Verb

HELLO = "hello"
"""The payload that only presses Start."""
MY = "my"
NEW = "new"

_CARRIED = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLACE = re.compile(
    r"task_(?P<task>\d{1,18}-\d{1,9})|case_(?P<case>\d{1,18})|new_(?P<process>[A-Za-z0-9_-]+)|(?P<command>new|my)"
)


def to_task(task_id: str) -> str:
    """Return the payload for a task; its dot is written as a hyphen."""
    return f"task_{task_id.replace('.', '-')}"


def to_case(case_id: int) -> str:
    """Return the payload for a case."""
    return f"case_{case_id}"


def to_new_case(process: str) -> str:
    """Return the payload for the form of a new case; for the choice of processes if the name cannot be a payload."""
    carried = f"new_{process}"
    return carried if _CARRIED.fullmatch(carried) else NEW


def action_of(carried: str) -> Action | None:
    """Return the action of a button that leads to the same place; None for the code of an invitation."""
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
