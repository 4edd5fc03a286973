"""Filling in a form in windows, by the labels that people read."""

import re
from collections.abc import Mapping

from tests.slack.firm import Firm
from tests.slack.server import View

_RUSSIAN_DATE = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")


DECISION = "Решение"


async def decide(firm: Firm, person: str, outcome: str, *labels: str) -> None:
    """Choose the decision where the window asks for it, and wait for the questions with these labels."""
    who = firm.people[person]
    if DECISION in who.view.inputs:
        await who.fill(DECISION, outcome)
        await firm.until(lambda: all(label in who.view.inputs for label in labels))


async def fill(firm: Firm, person: str, answers: Mapping[str, object], outcome: str = "") -> None:
    """Type answers into the open window, of a decision; raises CannotDo for what it does not show."""
    who = firm.people[person]
    if outcome:
        await decide(firm, person, outcome, *answers)
    for label, answer in answers.items():
        await who.fill(label, typed(who.view, label, answer))


def typed(view: View, label: str, answer: object) -> object:
    """Return what a person would put into the field for an answer as people write it."""
    kind = view.input(label)["element"]["type"]
    if kind == "datepicker" and (day := _RUSSIAN_DATE.fullmatch(str(answer))):
        return f"{day[3]}-{day[2]}-{day[1]}"
    if isinstance(answer, list) and answer and isinstance(answer[0], Mapping):
        columns = _columns(view.input(label)["hint"]["text"])
        return "\n".join(" | ".join(str(row.get(column, "")) for column in columns) for row in answer)
    return str(answer).capitalize() if kind == "static_select" and answer in ("да", "нет") else answer


def _columns(hint: str) -> list[str]:
    return [column.partition(" (")[0] for column in hint.splitlines()[-1].split(" | ")]


async def tick_all(firm: Firm, person: str) -> None:
    """Tick the whole check list of the open window."""
    view = firm.people[person].view
    for label, block in view.inputs.items():
        if block["block_id"].startswith("check:"):
            options = [option["text"]["text"] for option in block["element"]["options"]]
            await firm.people[person].fill(label, options)


async def send(firm: Firm, person: str, outcome: str) -> None:
    """Choose the decision and send, after a preview where there is one."""
    who = firm.people[person]
    await decide(firm, person, outcome)
    await who.submit()
    if who.has_view and who.view.payload["callback_id"] == "preview":
        await who.submit()
    assert not who.has_view, (who.view.errors, who.view.plain)
    # What came of it is said meanwhile.
    await firm.slack.inbox.wait_until_idle()
