"""What a form asks: the questions and items of a decision whose conditions hold over what is known and answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflows.domain.case import Values
from workflows.domain.commands import RawValues
from workflows.domain.definition import ChecklistItem, Field, FieldType, Outcome, Stage, WorkflowDefinition
from workflows.domain.facts.conditions import Around, Facts
from workflows.domain.facts.values import readable
from workflows.domain.ids import FieldName, ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What the conditions of a form make of it.

    `hidden` are the questions that are not asked and the items that are not shown, whatever is decided; `needed` are
    the questions that must be answered besides those that a decision requires.
    """

    hidden: frozenset[FieldName] = frozenset()
    needed: frozenset[FieldName] = frozenset()
    hidden_items: frozenset[ItemId] = frozenset()

    def fields(self, stage: Stage, outcome: Outcome) -> tuple[Field, ...]:
        """Return the questions that are asked with a decision."""
        return tuple(field for field in stage.asked_with(outcome) if field.name not in self.hidden)

    def required(self, stage: Stage, outcome: Outcome) -> frozenset[FieldName]:
        """Return the questions that must be answered with a decision."""
        needed = self.needed & {field.name for field in stage.asked_with(outcome)}
        return (frozenset(outcome.requires) | needed) - self.hidden

    def items(self, stage: Stage, outcome: Outcome) -> tuple[ChecklistItem, ...]:
        """Return the items of the check list that belong to a decision."""
        return tuple(item for item in stage.ticked_with(outcome) if item.id not in self.hidden_items)


EVERYTHING = Asking()


def deciding(stage: Stage) -> frozenset[FieldName]:
    """Return the questions of a form whose answers change what else it asks."""
    names = {field.name for field in stage.form}
    conditions = [c for field in stage.form for c in (field.show_when, field.required_when) if c is not None]
    conditions += [item.when for item in stage.checklist if item.when is not None]
    return frozenset(FieldName(name) for c in conditions for name in c.names if name in names)


def has_conditions(stage: Stage) -> bool:
    """Whether what is asked depends on what is known or answered."""
    return any(field.show_when is not None or field.required_when is not None for field in stage.form) or any(
        item.when is not None for item in stage.checklist
    )


def asking(stage: Stage, definition: WorkflowDefinition, before: Values, answers: RawValues, around: Around) -> Asking:
    """Return what a form asks, given the facts of the case *before* it and its *answers* as typed.

    The answer to a question counts only where the question is asked; the fact of one that is not asked stays as it is.
    A question goes by those above it, so one pass is enough.
    """
    if not has_conditions(stage):
        return EVERYTHING
    values = dict(before)
    known = Facts(definition, values, around)
    hidden: set[FieldName] = set()
    for field in stage.form:
        if field.show_when is not None and not field.show_when.holds(known):
            hidden.add(field.name)
        elif field.name in answers:
            _set(values, field, answers[field.name])
            known.forget(field.name)
        elif field.again and around.visit > 1:
            values.pop(field.name, None)
            known.forget(field.name)
    needed = (f.name for f in stage.form if f.required_when is not None and f.required_when.holds(known))
    items = (i.id for i in stage.checklist if i.when is not None and not i.when.holds(known))
    return Asking(hidden=frozenset(hidden), needed=frozenset(needed) - hidden, hidden_items=frozenset(items))


def _set(values: dict[FieldName, object], field: Field, answer: object) -> None:
    """Set an answer as conditions see it; an empty or unreadable one is missing."""
    if field.type is FieldType.CLIENT and isinstance(answer, str) and answer.strip():
        # Who is meant by a name is found when the form is sent.
        answer = {"id": "new", "name": answer}
    value = readable(field, answer)
    if value is None:
        values.pop(field.name, None)
    else:
        values[field.name] = value


def answers_over(form: Iterable[Field], known: Values, answers: RawValues, visit: int) -> Mapping[FieldName, object]:
    """Return the answers of a form over the facts that it asks for: a question that was not shown keeps its fact.

    At a later visit a question that is asked anew has no answer from before.
    """
    kept = {f.name: known[f.name] for f in form if f.name in known and not (f.again and visit > 1)}
    return {**kept, **answers}
