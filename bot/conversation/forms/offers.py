"""What one may do about a form that lacks answers: have it wait for them, or ask somebody for them."""

from collections.abc import Collection, Iterator

from bot.actions import Action, Verb
from bot.conversation.turn import TaskAtHand, Turn
from workflows.domain.definition import FieldType, Stage
from workflows.domain.errors import FormInvalid
from workflows.domain.forms.completeness import can_be_asked_for, who_knows
from workflows.domain.ids import FieldName, OutcomeId, ProcessId
from workflows.ports.chat import Button

_MOST_ASKED = 5


def lacks_only_answers(stage: Stage, refusal: Exception) -> bool:
    """Whether nothing is wrong with a form but missing answers; it cannot wait without knowing whom it is about."""
    if not isinstance(refusal, FormInvalid):
        return False
    clients = {field.name for field in stage.form if field.type is FieldType.CLIENT}
    return all(problem.code == "required" for problem in refusal.problems.values()) and not clients & set(
        refusal.problems
    )


def of_task(turn: Turn, at_hand: TaskAtHand, outcome: OutcomeId, missing: Collection[FieldName]) -> Iterator[Button]:
    """Yield the buttons of a task's form."""
    label = turn.words.gettext("Send it once it is complete")
    yield Button(label=label, action=Action(verb=Verb.HOLD, target=at_hand.task.id, argument=outcome).encode())
    asked = [(at, field) for at, field in enumerate(at_hand.stage.form) if field.name in missing]
    for at, field in [each for each in asked if can_be_asked_for(each[1])][:_MOST_ASKED]:
        asks = turn.words.gettext("Ask: %(field)s", field=field.label.in_(turn.language))
        yield Button(label=asks, action=Action(verb=Verb.ASK_FIELD, target=at_hand.task.id, argument=str(at)).encode())


def of_new_case(turn: Turn, process: ProcessId, outcome: OutcomeId) -> Iterator[Button]:
    """Yield the button of the form of a new case."""
    label = turn.words.gettext("Send it once it is complete")
    yield Button(label=label, action=Action(verb=Verb.LAUNCH, target=process, argument=outcome).encode())


def who_may_know(turn: Turn, at_hand: TaskAtHand, missing: Collection[FieldName]) -> str:
    """Return who may know the missing answers, in a sentence; empty when that is only whoever has the task."""
    lines = []
    for field in at_hand.stage.form:
        if field.name in missing:
            known = who_knows(field.name, at_hand.case, at_hand.task, at_hand.definition)
            names = [turn.name_of(person) for person in known.people]
            names += [turn.department_title(department) for department in known.departments]
            if names:
                lines.append(f"{field.label.in_(turn.language)} — {', '.join(names)}")
    return turn.words.gettext("May know it: %(who)s.", who="; ".join(lines)) if lines else ""
