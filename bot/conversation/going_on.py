"""Going on with a case: whoever has completed a task is offered the next ones of the case that are theirs to do."""

from collections.abc import Iterator
from dataclasses import replace

from bot.actions import Verb
from bot.conversation.turn import Turn, plain
from bot.rendering.cards.buttons import in_rows
from bot.rendering.cards.task_buttons import stage_button
from workflows.domain import events
from workflows.domain.candidates import Candidates
from workflows.domain.case import Task, TaskStatus
from workflows.domain.decision import Decision
from workflows.ports.chat import Message

_MOST = 3
_BEGINNING = (events.TaskOffered, events.TaskAssigned, events.TaskReassigned, events.TaskResumed)


def offered(turn: Turn, decision: Decision, letters: Message | None) -> Message | None:
    """Return the letters of a decision, if there are any, with the offer to go on with what it has begun; or None."""
    case, tasks = decision.case, list(_own_next(turn, decision))[:_MOST]
    if not tasks:
        return letters
    named = turn.case_words(case)
    titles = [named.stage_with_row(task) for task in tasks]
    words = turn.words.gettext(
        "%(number)s, you can go straight on: %(stages)s", number=case.number, stages=", ".join(titles)
    )
    sentence = plain(words, turn.dialect)
    buttons = in_rows(
        replace(
            stage_button(Verb.WORK if task.assignee else Verb.CLAIM, case, task, title, turn.language),
            people=frozenset({turn.person.id}),
        )
        for task, title in zip(tasks, titles, strict=True)
    )
    if letters is None:
        return replace(sentence, buttons=buttons)
    return replace(letters, text=f"{letters.text}\n\n{sentence.text}", buttons=(*letters.buttons, *buttons))


def _own_next(turn: Turn, decision: Decision) -> Iterator[Task]:
    """Yield the tasks that a decision has begun and that the person has, or is among those to claim them.

    One that a head has to hand to somebody comes with a notice of its own; a form that waits stays as it is.
    """
    case, person = decision.case, turn.person.id
    begun = dict.fromkeys(event.task_id for event in decision.events if isinstance(event, _BEGINNING))
    tasks = [task for task_id in begun if (task := case.tasks[task_id]).is_open and task.held is None]
    if not tasks:
        return
    definition = turn.definitions.of(case.process, case.version)
    may = Candidates(case=case, definition=definition, organisation=turn.organisation)
    for task in tasks:
        is_mine = task.status is TaskStatus.CLAIMED and task.assignee == person and not may.hands_out(task)
        if is_mine or (task.status is TaskStatus.READY and person in may.living(task)):
            yield task
