"""What a card tells of a case: the facts that its process shows on every card, and the cells of the task's row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.rendering.language.filters import words_of
from workflows.domain.case import Case, Task
from workflows.domain.definition import EachRow, WorkflowDefinition
from workflows.domain.text import Language
from workflows.domain.visits.visits import facts_for, rows_field


def summary(case: Case, definition: WorkflowDefinition, language: Language) -> Iterable[tuple[str, str]]:
    """Yield the facts that the process shows on every card: label and value in words."""
    fields = {field.name: field for field in definition.fields()}
    for name in definition.summary:
        if name in case.values and name in fields:
            field = fields[name]
            yield field.label.in_(language), words_of(field, case.values[name], language)


def cells_of(case: Case, task: Task, definition: WorkflowDefinition, language: Language) -> Iterable[tuple[str, str]]:
    """Yield the cells of the row that a task is about: label and value in words."""
    work = definition.stages[task.stage].work
    field = rows_field(definition, work.rows) if isinstance(work, EachRow) else None
    if field is None or task.part is None or task.part.row is None:
        return
    values = facts_for(case, task, definition)
    for cell in field.cells:
        if cell.name in values:
            yield cell.label.in_(language), words_of(cell, values[cell.name], language)


def unless_told(facts: Sequence[tuple[str, str]], letters: Sequence[Mapping[str, Any]]) -> Sequence[tuple[str, str]]:
    """Return the facts, label and value; none when the letters, which may be folded, tell all of them."""
    is_told = all(any(_says(letter["body"], words) for letter in letters) for _, words in facts)
    return () if is_told else facts


def _says(body: str, words: str) -> bool:
    """Whether the words stand in a text as whole words: a number within another number is something else."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", body) is not None
