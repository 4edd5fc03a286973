"""What became of a form that was finished, or taken away, elsewhere: the screen that is left behind says so."""

from bot.actions import Action, Verb
from bot.conversation.forms.form_key import NewCaseForm, form_of
from bot.conversation.interview.screens.screen import Screens
from workflows.domain import events
from workflows.domain.case import TaskStatus
from workflows.domain.decision import Decision
from workflows.domain.ids import PersonId, case_of
from workflows.ports.chat import Button, Message
from workflows.usecases.running_processes import Definitions


def people_of(decision: Decision) -> frozenset[PersonId]:
    """Return the people whose open forms a decision may have ended."""
    found = set[PersonId | None]()
    for event in decision.events:
        match event:
            case events.CaseOpened():
                found.add(event.by)
            case events.TaskReassigned():
                found.add(event.taken_from)
            case events.TaskReleased():
                found.add(event.released_from)
            case events.TaskCompleted() | events.TaskReturned() | events.TaskWithdrawn():
                found.add(decision.case.tasks[event.task_id].assignee)
    return frozenset(person for person in found if person is not None)


def what_became(
    decision: Decision, key: str, person: PersonId, screens: Screens, definitions: Definitions
) -> Message | None:
    """Return what became of the form of this key by a decision; None while the person can still fill it in."""
    form, case, gettext = form_of(key), decision.case, screens.words.gettext
    if isinstance(form, NewCaseForm):
        opened = [event for event in decision.events if isinstance(event, events.CaseOpened) and event.by == person]
        if not any(event.process == form.process for event in opened):
            return None
        sentence = gettext("%(number)s was opened with this form elsewhere.", number=case.number)
    else:
        task = case.tasks.get(form.task_id) if case_of(form.task_id) == case.id else None
        if task is None or (task.status is TaskStatus.CLAIMED and task.assignee == person):
            return None
        stage = definitions.of(case.process, case.version).title_of(task.stage).in_(screens.language)
        said = {
            TaskStatus.COMPLETED: gettext("%(number)s: “%(stage)s” was completed.", number=case.number, stage=stage),
            TaskStatus.SUSPENDED: gettext(
                "%(number)s: “%(stage)s” waits until what was returned is corrected.", number=case.number, stage=stage
            ),
            TaskStatus.WITHDRAWN: gettext(
                "%(number)s: “%(stage)s” need not be done any more.", number=case.number, stage=stage
            ),
        }
        not_yours = gettext("%(number)s: “%(stage)s” is not with you any more.", number=case.number, stage=stage)
        sentence = said.get(task.status, not_yours)
    opens = Button(label=screens.words.gettext("Case"), action=Action(verb=Verb.CASE, target=str(case.id)).encode())
    return screens.sentence(sentence, ((opens,),))
