"""The lists of work in order: what is mine, and what waits in my departments."""

from collections import Counter
from collections.abc import Sequence

from bot.conversation.actions import Action, Verb
from bot.conversation.reply import Reply
from bot.conversation.talk import Talk
from workflows.ports.chat import Button, ButtonStyle
from workflows.ports.queries import TaskLine

MOST_TASKS = 10


async def my_tasks(talk: Talk) -> Reply:
    """Answer the tasks the person has, the earliest client first."""
    tasks = await talk.queries.my_tasks(talk.person.id)
    shown = tasks[:MOST_TASKS]
    message = talk.message(
        "my",
        _buttons(talk, shown, Verb.WORK, talk.words.gettext("Open")),
        lines=[_line(talk, task) for task in shown],
        more=len(tasks) - len(shown),
    )
    return Reply(message=message)


async def queue(talk: Talk) -> Reply:
    """Answer the ready tasks of the person's departments, each with its place in the department's order."""
    mine = talk.organisation.workplaces(talk.person.id)
    tasks = await talk.queries.queue(mine)
    places: Counter[str] = Counter()
    by_department: dict[str, list[dict[str, object]]] = {department: [] for department in mine}
    shown: list[TaskLine] = []
    for task in tasks:
        places[task.department] += 1
        if len(shown) < MOST_TASKS:
            shown.append(task)
            by_department[task.department].append({**_line(talk, task), "place": places[task.department]})
    departments = [
        {"title": talk.department_title(task.department), "lines": by_department[task.department]}
        for task in {task.department: task for task in shown}.values()
    ]
    message = talk.message(
        "queue",
        _buttons(talk, shown, Verb.CLAIM, talk.words.gettext("Claim")),
        departments=departments,
        more=len(tasks) - len(shown),
    )
    return Reply(message=message)


def _line(talk: Talk, task: TaskLine) -> dict[str, object]:
    is_late = task.due_at is not None and task.due_at < talk.now
    return {
        "number": task.number,
        "client": task.client,
        "stage": talk.line_title(task),
        "since": task.claimed_at or task.offered_at,
        "due_at": task.due_at,
        "late_for": talk.now - task.due_at if is_late and task.due_at is not None else None,
    }


def _buttons(talk: Talk, tasks: Sequence[TaskLine], verb: Verb, word: str) -> list[Button]:
    """Answer a button for each task; a case with several of them is told apart by the stage."""
    of_case = Counter(task.case_id for task in tasks)
    return [
        Button(
            label=f"{word} {task.number}" + (f" · {talk.line_title(task)}" if of_case[task.case_id] > 1 else ""),
            action=Action(verb=verb, target=task.task_id).encode(),
            style=ButtonStyle.PRIMARY if verb is Verb.CLAIM else ButtonStyle.PLAIN,
            people=frozenset({talk.person.id}),
        )
        for task in tasks
    ]
