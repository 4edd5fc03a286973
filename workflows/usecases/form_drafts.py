"""Drafts of forms: their keys, and what commands write into them and take from them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from workflows.domain import commands
from workflows.domain.filling import Filling
from workflows.domain.forms.drafts import NO_DRAFT, Merged, merge
from workflows.domain.ids import ItemId, PersonId, ProcessId, TaskId
from workflows.domain.text import clean
from workflows.ports.unit_of_work import UnitOfWork


def task_draft(task_id: TaskId) -> str:
    """Return the key of the draft of a task's form."""
    return f"task:{task_id}"


def new_case_draft(process: ProcessId, person: PersonId) -> str:
    """Return the key of the draft of a person's form for a new case."""
    return f"new:{process}:{person}"


def save_changes(unit: UnitOfWork, key: str, filling: Filling, ticked: frozenset[ItemId], now: datetime) -> Merged:
    """Write what was changed in a window into the draft of a key, and return the draft."""
    before = unit.draft(key) or NO_DRAFT
    merged = merge(before, replace(filling, values=_cleaned(filling.values)), ticked)
    if merged.draft != before:
        unit.save_draft(key, merged.draft, now)
    return merged


def with_draft(
    unit: UnitOfWork, command: commands.Command, actor: PersonId | None, now: datetime
) -> tuple[commands.Command, int]:
    """Return a command that sends a draft with the answers of the draft, and the revision of the draft.

    An answer that was asked of somebody else is written into it.
    """
    match command:
        case commands.AnswerField():
            filling = Filling(values={command.field: command.answer})
            merged = save_changes(unit, task_draft(command.task_id), filling, frozenset(), now)
            return replace(command, values=merged.draft.answers), merged.draft.revision
        case commands.HoldForm():
            draft = unit.draft(task_draft(command.task_id)) or NO_DRAFT
            return replace(command, values=draft.answers), draft.revision
        case commands.OpenCase(previewed=str()) if actor is not None:
            key = new_case_draft(command.process, actor)
        case commands.CompleteTask(previewed=str()):
            key = task_draft(command.task_id)
        case _:
            return command, 0
    draft = unit.draft(key) or NO_DRAFT
    return replace(command, values={**command.values, **draft.answers}), draft.revision


def _cleaned(raw: commands.RawValues) -> commands.RawValues:
    """Return a draft without the characters that nobody sees or no database stores; answers are checked later."""

    def kept(answer: object) -> object:
        match answer:
            case str():
                return clean(answer)
            case Mapping():
                return {name: kept(cell) for name, cell in answer.items()}
            case list() | tuple():
                return [kept(part) for part in answer]
        return answer

    return {name: kept(answer) for name, answer in raw.items()}
