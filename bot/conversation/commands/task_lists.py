"""`/my` and `/queue`: the person's tasks, and what waits in their departments, in order."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence

from bot.actions import Action, Verb
from bot.conversation import client_letters
from bot.conversation.cases.status import case_line
from bot.conversation.commands.task_values import task_values
from bot.conversation.forms.open_forms import is_begun
from bot.conversation.incoming import ListRead
from bot.conversation.list_places import as_list, placed
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.turn import Turn
from bot.rendering.markup.cutting import shorten
from workflows.domain.candidates import queue_reader
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.permissions import may_open
from workflows.ports.chat import Button, ButtonStyle
from workflows.ports.queries import TaskLine
from workflows.usecases.form_drafts import new_case_draft

MOST_TASKS = 10
"""How many tasks a page shows."""
MOST_OPENED, READ_OPENED = 10, 100
"""How many of the cases that somebody opened are listed, the latest first, and how many are counted."""
MOST_UNSENT, READ_UNSENT = 5, 100
"""How many unsent letters to clients are listed, the oldest first, and how many are counted."""
MOST_DIGITS = 6
LONGEST_LABEL = 60
"""The chats show no more of a button that is as wide as its message."""


async def my_tasks(turn: Turn, rest: str) -> Reply:
    """Return a page of the person's tasks, the earliest client first, and the cases they have begun or opened."""
    tasks = await turn.queries.my_tasks(turn.person.id)
    begun = [definition async for definition in _begun(turn)]
    opened = await turn.queries.opened_by(turn.person.id, READ_OPENED)
    listed = opened[:MOST_OPENED]
    unsent = await turn.queries.unsent_letters(turn.person.id, READ_UNSENT)
    letters = unsent[:MOST_UNSENT]
    page = _page(rest, len(tasks))
    shown = tasks[page]
    message = turn.message(
        "my",
        [
            *_buttons(turn, shown, Verb.WORK, turn.words.gettext("Open"), ListRead(command="my", page=_number(page))),
            *_further(turn, "my", page, len(tasks)),
            *(
                Button(
                    label=turn.words.gettext("Go on: %(process)s", process=definition.title.in_(turn.language)),
                    action=Action(verb=Verb.NEW, target=definition.id).encode(),
                )
                for definition in begun
            ),
            *(client_letters.opening_button(turn, each.letter, each.number) for each in letters),
            *(
                Button(
                    label=_label(case.number, case.client),
                    action=Action(verb=Verb.CASE, target=str(case.case_id)).encode(),
                )
                for case in listed
            ),
        ],
        in_a_row=1,
        lines=[{**task_values(turn, task), "place": place} for place, task in enumerate(shown, page.start + 1)],
        more=len(tasks) - page.start - len(shown),
        begun=[definition.title.in_(turn.language) for definition in begun],
        unsent=[
            {
                "number": each.number,
                "client": each.client,
                "subject": client_letters.subject_of(turn, each.letter),
            }
            for each in letters
        ],
        more_unsent=len(unsent) - len(letters),
        opened=[case_line(turn, case) for case in listed],
        more_opened=len(opened) - len(listed),
    )
    return Reply(message=as_list(turn, message, "my", _number(page)), kind=ReplyKind.PERSONAL)


async def _begun(turn: Turn) -> AsyncIterator[WorkflowDefinition]:
    """Yield the processes for which the person has the draft of a new case."""
    for definition in turn.definitions.current():
        key = new_case_draft(definition.id, turn.person.id)
        if may_open(definition, turn.organisation, turn.person.id) and is_begun(await turn.queries.draft(key)):
            yield definition


async def queue(turn: Turn, rest: str) -> Reply:
    """Return a page of the ready tasks of the person's departments, each with its place in the department's order."""
    mine = queue_reader(turn.organisation, turn.person.id)
    page = _page(rest)
    waiting = await turn.queries.queue(mine, MOST_TASKS, page.start)
    if not waiting.lines and page.start:
        page = _page(rest, (await turn.queries.queue(mine, 1)).count)
        waiting = await turn.queries.queue(mine, MOST_TASKS, page.start)
    shown = waiting.lines
    by_department: dict[str, list[dict[str, object]]] = {}
    for task, place in zip(shown, waiting.places, strict=True):
        by_department.setdefault(turn.department_title(task.department), []).append(
            {**task_values(turn, task), "place": place}
        )
    further = _further(turn, "queue", page, waiting.count)
    here = ListRead(command="queue", page=_number(page))
    message = turn.message(
        "queue",
        [*_buttons(turn, shown, Verb.CLAIM, turn.words.gettext("Claim"), here), *further],
        in_a_row=1,
        departments=[{"title": title, "lines": of_one} for title, of_one in by_department.items()],
        more=waiting.count - page.start - len(shown),
    )
    return Reply(message=as_list(turn, message, "queue", _number(page)))


def _page(rest: str, count: int | None = None) -> slice:
    """Return the rows of the page named, or the first; with *count*, a page past the end becomes the last."""
    number = int(rest) if rest.isdecimal() and len(rest) < MOST_DIGITS else 1
    if count is not None:
        number = min(number, max(1, -(-count // MOST_TASKS)))
    start = (max(number, 1) - 1) * MOST_TASKS
    return slice(start, start + MOST_TASKS)


def _number(page: slice) -> int:
    return int(page.stop) // MOST_TASKS


def _further(turn: Turn, command: str, page: slice, count: int) -> Iterator[Button]:
    """Yield the buttons of the page before and the next one, where there are such."""
    if page.start:
        before = Action(verb=Verb.COMMAND, target=command, argument=str(_number(page) - 1))
        yield Button(label=turn.words.gettext("‹ Page %(page)s", page=_number(page) - 1), action=before.encode())
    if page.stop < count:
        following = Action(verb=Verb.COMMAND, target=command, argument=str(_number(page) + 1))
        yield Button(label=turn.words.gettext("Further ›"), action=following.encode())


def _label(*parts: str | None) -> str:
    """Return what a button is about, cut where it leaves no room."""
    return shorten(" · ".join(filter(None, parts)), LONGEST_LABEL)


def _buttons(turn: Turn, tasks: Sequence[TaskLine], verb: Verb, word: str, here: ListRead) -> list[Button]:
    """Return a button for each task: its number, the stage where a case has several of them, the client."""
    of_case = Counter(task.case_id for task in tasks)
    return [
        Button(
            label=_label(
                f"{word} {task.number}", turn.line_title(task) if of_case[task.case_id] > 1 else None, task.client
            ),
            action=placed(Action(verb=verb, target=task.task_id), here, turn.asker),
            style=ButtonStyle.PRIMARY if verb is Verb.CLAIM else ButtonStyle.PLAIN,
            people=frozenset({turn.person.id}),
        )
        for task in tasks
    ]
