"""The status of a case: its open stages, who has them and since when, what comes next, what is late."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from bot.actions import Action, Verb
from bot.conversation import client_letters
from bot.conversation.cases import case_pages, switches
from bot.conversation.cases.open_stages import (
    OpenStage,
    linked_cases,
    one_of_each_visit,
    open_stage,
    suspended_stages,
    switched_off,
)
from bot.conversation.forms.form_view import offered_outcomes
from bot.conversation.incoming import ListRead
from bot.conversation.list_places import OF_A_CASE, as_list, placed
from bot.conversation.turn import Turn
from bot.rendering.cards.task_buttons import own_buttons
from bot.rendering.words.cases import CaseWords
from bot.rendering.words.who import names
from workflows.domain.case import Case, CaseStatus, Task
from workflows.domain.deadlines import is_unclaimed_late, late_for
from workflows.domain.definition import Target, WorkflowDefinition
from workflows.domain.facts.conditions import Outside
from workflows.domain.ids import EndId, PersonId, StageId
from workflows.domain.permissions import may_cancel
from workflows.domain.visits.rework import stage_of, targets_of
from workflows.ports.chat import Button, ButtonStyle, Message
from workflows.ports.queries import CaseLine, KeptLetter, TaskLine

CASES_ON_A_PAGE = 10
PAGE_SIGN = "…"
"""What stands before the number of a page of all cases; a number alone is that of a case."""
MOST_MATCHES, MOST_COUNTED = 10, 50
"""How many cases that words may mean are shown, and how many are counted."""
MOST_OF_A_VISIT = 5
"""For how many further tasks of a visit, such as rows, there are buttons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAhead:
    """An open stage, whether nobody claimed it in time, and what follows it.

    `following` has an entry for each possible decision: the titles of what comes next together.
    """

    now: OpenStage
    is_unclaimed_late: bool
    following: tuple[tuple[str, ...], ...]


async def status_message(turn: Turn, case: Case) -> Message:
    """Return the status of one case."""
    named = turn.case_words(case)
    definition = named.definition
    letters = await client_letters.unsent(turn, case)
    message = turn.message(
        "status",
        _buttons(turn, case, definition, letters, await turn.outside(case)),
        number=case.number,
        client=None if case.client is None else case.client.name,
        stage=None,
        process=definition.title.in_(turn.language),
        status=case.status.value,
        opened_at=case.opened_at,
        opened_by=turn.name_of(case.opened_by),
        end=None if case.end is None else definition.title_of(case.end).in_(turn.language),
        closed_at=case.closed_at,
        stages=[_stage_ahead(turn, named, task) for task in one_of_each_visit(case.open_tasks())],
        suspended=suspended_stages(named),
        left_out=switched_off(named),
        linked=linked_cases(named),
        unsent=[client_letters.subject_of(turn, letter) for letter in letters],
    )
    return as_list(turn, message, OF_A_CASE, case.id)


def all_active_message(turn: Turn, page: int, cases: Sequence[CaseLine]) -> Message:
    """Return a page of the active cases, a line and a button for each; *cases* are one more than are shown, if any."""
    shown = cases[:CASES_ON_A_PAGE]
    start = (page - 1) * CASES_ON_A_PAGE
    here = ListRead(command="status", page=page)
    buttons = [_case_button(case, turn, here) for case in shown]
    if page > 1:
        buttons.append(_page_button(turn.words.gettext("‹ Page %(page)s", page=page - 1), page - 1))
    if len(cases) > len(shown):
        buttons.append(_page_button(turn.words.gettext("Page %(page)s ›", page=page + 1), page + 1))
    lines = [{**case_line(turn, case), "place": place} for place, case in enumerate(shown, start + 1)]
    return as_list(turn, turn.message("status_all", buttons, lines=lines, page=page), "status", page)


def _case_button(case: CaseLine, turn: Turn, page: ListRead) -> Button:
    action = Action(verb=Verb.CASE, target=str(case.case_id))
    return Button(label=case.number, action=placed(action, page, turn.asker))


def _match_button(case: CaseLine) -> Button:
    return Button(label=case.number, action=Action(verb=Verb.CASE, target=str(case.case_id)).encode())


def _page_button(label: str, page: int) -> Button:
    action = Action(verb=Verb.COMMAND, target="status", argument=f"{PAGE_SIGN}{page}")
    return Button(label=label, action=action.encode())


def matches_message(
    turn: Turn,
    words: str,
    cases: Iterable[CaseLine],
    records: Sequence[tuple[Mapping[str, str], Button]] = (),
) -> Message:
    """Return the cases, and the records, that the words may mean, one line and one button each."""
    found = list(cases)
    shown = found[:MOST_MATCHES]
    lines, more = [case_line(turn, case) for case in shown], min(len(found), MOST_COUNTED) - len(shown)
    buttons = [*map(_match_button, shown), *(button for _, button in records)]
    return turn.message(
        "matches",
        buttons,
        words=words,
        lines=lines,
        more=more,
        is_counted=len(found) <= MOST_COUNTED,
        records=[line for line, _ in records],
    )


def case_line(turn: Turn, case: CaseLine) -> dict[str, object]:
    """Return what one line shows of a case."""
    late = [lateness for task in case.tasks if (lateness := late_for(task.due_at, turn.now)) is not None]
    return {
        "number": case.number,
        "client": case.client,
        "status": case.status.value,
        "closed_at": case.closed_at,
        "late_for": max(late, default=None),
        "stages": [
            {
                "title": turn.line_title(tasks[0] if len(tasks) == 1 else replace(tasks[0], part=None)),
                "holder": _holders(turn, tasks),
            }
            for tasks in _by_stage(case.tasks)
        ],
    }


def _by_stage(tasks: Iterable[TaskLine]) -> Iterable[Sequence[TaskLine]]:
    found: dict[StageId, list[TaskLine]] = {}
    for task in tasks:
        found.setdefault(task.stage, []).append(task)
    return found.values()


def _holders(turn: Turn, tasks: Sequence[TaskLine]) -> str:
    """Return who has the open tasks of a stage, and the departments whose queue the others are in."""
    people = tuple(dict.fromkeys(task.assignee for task in tasks if task.assignee is not None))
    queues = dict.fromkeys(turn.department_title(task.department) for task in tasks if task.assignee is None)
    return ", ".join([*([names(turn.words, turn.organisation, people)] if people else []), *queues])


def _stage_ahead(turn: Turn, named: CaseWords, task: Task) -> StageAhead:
    return StageAhead(
        now=open_stage(named, task, turn.now),
        is_unclaimed_late=is_unclaimed_late(task, turn.now),
        following=_following(turn, named.case, task, named.definition),
    )


def _following(turn: Turn, case: Case, task: Task, definition: WorkflowDefinition) -> tuple[tuple[str, ...], ...]:
    """Return for each decision the titles of the stages or the end that the task leads to, without duplicates."""
    stage = stage_of(case, task, definition)
    ways = (
        tuple(dict.fromkeys(_titles(turn, definition, targets_of(case, task, outcome))))
        for outcome in offered_outcomes(stage, definition, case.values, turn.around(case, task.visit))
    )
    return tuple(dict.fromkeys(filter(None, ways)))


def _titles(turn: Turn, definition: WorkflowDefinition, targets: Iterable[Target]) -> Iterator[str]:
    for target in targets:
        title = definition.title_of(target.to).in_(turn.language)
        if EndId(target.to) not in definition.ends:
            yield title
        elif not definition.ends_branch(target.to):
            yield turn.words.gettext("the end of the case: %(end)s", end=title)


def _others_of(person: PersonId, tasks: Sequence[Task]) -> Iterator[Task]:
    """Iterate over the further tasks that somebody has in one visit, a few of them."""
    shown = {task.id for task in one_of_each_visit(tasks)}
    others = (task for task in tasks if task.assignee == person and task.id not in shown)
    yield from islice(others, MOST_OF_A_VISIT)


def _buttons(
    turn: Turn, case: Case, definition: WorkflowDefinition, letters: Sequence[KeptLetter], outside: Outside
) -> Iterable[Button]:
    """Yield what the person may do with the case: its tasks, its unsent letters, its record, and last what ends it."""
    named, open_tasks = turn.case_words(case), list(case.open_tasks())
    shown = sorted(open_tasks, key=lambda task: task.assignee != turn.person.id)
    for task in [*one_of_each_visit(shown), *_others_of(turn.person.id, shown)]:
        for button in own_buttons(
            case, task, definition, turn.organisation, person=turn.person.id, language=turn.language, outside=outside
        ):
            stage = named.stage_with_row(task)
            yield button if len(open_tasks) == 1 else replace(button, label=f"{button.label} · {stage}")
    for letter in letters:
        which = client_letters.subject_of(turn, letter) if len(letters) > 1 else ""
        yield client_letters.opening_button(turn, letter, which)
    yield from case_pages.buttons(turn, case)
    yield from switches.buttons(named, turn.person.id)
    for linked in linked_cases(named):
        yield Button(label=linked.number, action=Action(verb=Verb.CASE, target=str(linked.id)).encode())
    if case.status is CaseStatus.ACTIVE and may_cancel(case, definition, turn.organisation, turn.person.id):
        yield Button(
            label=turn.words.gettext("Cancel the case"),
            action=Action(verb=Verb.CANCEL, target=str(case.id)).encode(),
            style=ButtonStyle.DANGER,
            people=frozenset({turn.person.id}),
        )
