"""The buttons under a task, by its state: what can be pressed, and by whom."""

from collections.abc import Iterator
from dataclasses import replace

from bot.actions import Action, Verb
from bot.rendering.cards.buttons import Rows, in_rows
from bot.rendering.language.i18n import N_, words_in
from workflows.domain.candidates import Candidates
from workflows.domain.case import Case, Task, TaskStatus
from workflows.domain.definition import Outcome, WorkflowDefinition
from workflows.domain.facts.conditions import Outside
from workflows.domain.forms.one_press import outcomes_at_hand
from workflows.domain.ids import PersonId
from workflows.domain.people import Organisation
from workflows.domain.text import Language
from workflows.domain.visits.rework import returnable
from workflows.ports.chat import Button, ButtonStyle

_LABELS = {
    Verb.CLAIM: N_("Claim"),
    Verb.WORK: N_("Open"),
    Verb.RELEASE: N_("Release"),
    Verb.REASSIGN: N_("Reassign"),
    Verb.RETURN: N_("Return"),
    Verb.CASE: N_("Case"),
    Verb.ASK: N_("Ask somebody"),
    Verb.ANSWER: N_("Answer"),
}
_HANDING_OUT = {Verb.WORK: N_("Do it myself"), Verb.REASSIGN: N_("Hand to…")}
"""What a head reads who has a task to do it or to hand it to somebody."""


def task_buttons(
    case: Case,
    task: Task,
    definition: WorkflowDefinition,
    organisation: Organisation,
    language: Language,
    *,
    outside: Outside,
) -> Rows:
    """Return the buttons of a task's card, at most two in a row; an outcome that needs nothing more is one of them."""
    may = Candidates(case=case, definition=definition, organisation=organisation)
    hands_out = may.hands_out(task)
    first, *others = (
        _button(verb, case, task, people, language, hands_out=hands_out) for verb, people in _of_use(case, task, may)
    )
    return in_rows([first, *outcome_buttons(case, task, definition, language, outside), *others])


def own_buttons(
    case: Case,
    task: Task,
    definition: WorkflowDefinition,
    organisation: Organisation,
    *,
    person: PersonId,
    language: Language,
    outside: Outside,
) -> tuple[Button, ...]:
    """Return what one person may do with a task, outside its card."""
    may_have = Candidates(case=case, definition=definition, organisation=organisation).may_have(task, person)
    return tuple(
        replace(button, people=frozenset({person}))
        for row in task_buttons(case, task, definition, organisation, language, outside=outside)
        for button in row
        if (may_have if button.people is None else person in button.people) and button.action != _action_of(case)
    )


def outcome_buttons(
    case: Case, task: Task, definition: WorkflowDefinition, language: Language, outside: Outside
) -> tuple[Button, ...]:
    """Return a button for each outcome that completes a task with one press, for whoever may press it."""
    people = None if task.assignee is None else frozenset({task.assignee})
    return tuple(
        Button(label=outcome.title.in_(language), action=carried, style=ButtonStyle.PRIMARY, people=people)
        for outcome in outcomes_at_hand(case, task, definition, outside)
        if (carried := _completes(task, outcome)) is not None
    )


def _completes(task: Task, outcome: Outcome) -> str | None:
    """Return what the button of an outcome carries; None for an outcome whose id is too long for a button."""
    try:
        return Action(verb=Verb.COMPLETE, target=task.id, revision=task.revision, argument=outcome.id).encode()
    except ValueError:
        return None


def notice_buttons(
    case: Case,
    task: Task | None,
    language: Language,
    *verbs: Verb,
    hands_out: bool = False,
    at_hand: tuple[Button, ...] = (),
) -> Rows:
    """Return the buttons of a notice: those of *verbs* that the task's state still allows, *at_hand*, and the case.

    A head who *hands_out* the task does it or hands it to somebody.
    """
    allowed = _ALLOWED[task.status] if task is not None else frozenset[Verb]()
    useful = [_button(verb, case, task, None, language, hands_out=hands_out) for verb in verbs if verb in allowed]
    return in_rows([*useful, *at_hand, _button(Verb.CASE, case, task, None, language)])


def numbered_button(verb: Verb, case: Case, task: Task, language: Language) -> Button:
    """Return the button of one of several tasks in a list, with the number of its case."""
    button = _button(verb, case, task, None, language)
    return replace(button, label=f"{button.label} {case.number}", style=ButtonStyle.PLAIN)


def stage_button(verb: Verb, case: Case, task: Task, title: str, language: Language) -> Button:
    """Return the button of one of several tasks of a case, with the title of its stage."""
    button = _button(verb, case, task, None, language)
    return replace(button, label=f"{button.label} · {title}")


_ALLOWED = {
    TaskStatus.READY: frozenset({Verb.CLAIM, Verb.REASSIGN}),
    TaskStatus.CLAIMED: frozenset({Verb.WORK, Verb.RELEASE, Verb.REASSIGN, Verb.RETURN, Verb.ASK, Verb.ANSWER}),
    TaskStatus.SUSPENDED: frozenset({Verb.REASSIGN}),
    TaskStatus.COMPLETED: frozenset[Verb](),
    TaskStatus.WITHDRAWN: frozenset[Verb](),
}


def _of_use(case: Case, task: Task, may: Candidates) -> Iterator[tuple[Verb, frozenset[PersonId] | None]]:
    heads = may.handing_over(task) if task.is_unfinished else frozenset[PersonId]()
    if task.status is TaskStatus.READY:
        yield Verb.CLAIM, may.claiming(task)
        yield Verb.CASE, None
        yield Verb.REASSIGN, heads
        return
    if task.status is TaskStatus.CLAIMED and task.assignee is not None:
        assignee = frozenset({task.assignee})
        yield Verb.WORK, assignee
        if task.held is not None and task.held.missing:
            yield Verb.ASK, assignee
        if not (may.hands_out(task) or (task.part is not None and task.part.row is None)):
            yield Verb.RELEASE, assignee | heads
        yield Verb.REASSIGN, heads
        if returnable(case, task):
            yield Verb.RETURN, assignee
    yield Verb.CASE, None
    if task.status is TaskStatus.SUSPENDED:
        yield Verb.REASSIGN, heads


def _button(
    verb: Verb,
    case: Case,
    task: Task | None,
    people: frozenset[PersonId] | None,
    language: Language,
    *,
    hands_out: bool = False,
) -> Button:
    if verb is Verb.CASE or task is None:
        carried = _action_of(case)
    else:
        carried = Action(verb=verb, target=task.id, revision=task.revision).encode()
    style = ButtonStyle.PRIMARY if verb in (Verb.CLAIM, Verb.WORK) else ButtonStyle.PLAIN
    label = _HANDING_OUT.get(verb, _LABELS[verb]) if hands_out else _LABELS[verb]
    return Button(label=words_in(language).gettext(label), action=carried, style=style, people=people)


def _action_of(case: Case) -> str:
    """Return what the button that shows a case carries."""
    return Action(verb=Verb.CASE, target=str(case.id)).encode()
