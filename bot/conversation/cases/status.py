"""The status of a case: its open stages, who has them and since when, what comes next, what is late."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.actions import Action, Verb
from bot.conversation.cases import case_pages
from bot.conversation.cases.open_stages import OpenStage, open_stage
from bot.conversation.forms.form_view import offered_outcomes
from bot.conversation.turn import Turn
from bot.rendering.case_words import CaseWords
from workflows.domain.case import Case, CaseStatus, Task, TaskStatus
from workflows.domain.definition import Target, WorkflowDefinition
from workflows.domain.flow import targets_of
from workflows.domain.ids import EndId
from workflows.domain.permissions import may_cancel
from workflows.ports.chat import Button, ButtonStyle, Message
from workflows.ports.queries import CaseLine

READ_CASES = 200
"""How many active cases are read for the list of all."""
MOST_CASES = 30
"""How many of them are listed, one line each."""
MOST_MATCHES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAhead:
    """An open stage, whether nobody claimed it in time, and what follows it.

    `following` has an entry for each possible decision: the titles of what comes next together.
    """

    now: OpenStage
    is_unclaimed_late: bool
    following: tuple[tuple[str, ...], ...]


def status_message(turn: Turn, case: Case) -> Message:
    """Return the status of one case."""
    named = turn.case_words(case)
    definition = named.definition
    return turn.message(
        "status",
        _buttons(turn, case, definition),
        number=case.number,
        client=None if case.client is None else case.client.name,
        stage=None,
        process=definition.title.in_(turn.language),
        status=case.status.value,
        opened_at=case.opened_at,
        opened_by=turn.name_of(case.opened_by),
        end=None if case.end is None else definition.title_of(case.end).in_(turn.language),
        closed_at=case.closed_at,
        stages=[_stage_ahead(turn, named, task) for task in case.open_tasks()],
    )


def all_active_message(turn: Turn, cases: Iterable[CaseLine]) -> Message:
    """Return the active cases, one line each."""
    lines = [case_line(turn, case) for case in cases]
    return turn.message(
        "status_all",
        lines=lines[:MOST_CASES],
        more=len(lines) - len(lines[:MOST_CASES]),
        is_more_unknown=len(lines) == READ_CASES,
    )


def matches_message(turn: Turn, words: str, cases: Iterable[CaseLine]) -> Message:
    """Return the cases that the words may mean, one line and one button each."""
    found = list(cases)
    shown = found[:MOST_MATCHES]
    buttons = [
        Button(label=case.number, action=Action(verb=Verb.CASE, target=str(case.case_id)).encode()) for case in shown
    ]
    return turn.message(
        "matches", buttons, words=words, lines=[case_line(turn, case) for case in shown], more=len(found) - len(shown)
    )


def case_line(turn: Turn, case: CaseLine) -> dict[str, object]:
    """Return what one line shows of a case."""
    late = [task.due_at for task in case.tasks if task.due_at is not None and task.due_at < turn.now]
    return {
        "number": case.number,
        "client": case.client,
        "status": case.status.value,
        "closed_at": case.closed_at,
        "late_for": turn.now - min(late) if late else None,
        "stages": [
            {
                "title": turn.line_title(task),
                "holder": turn.department_title(task.department)
                if task.assignee is None
                else turn.name_of(task.assignee),
            }
            for task in case.tasks
        ],
    }


def _stage_ahead(turn: Turn, named: CaseWords, task: Task) -> StageAhead:
    is_ready = task.status is TaskStatus.READY
    return StageAhead(
        now=open_stage(named, task, turn.now),
        is_unclaimed_late=is_ready and task.claim_by is not None and turn.now >= task.claim_by,
        following=_following(turn, named.case, task, named.definition),
    )


def _following(turn: Turn, case: Case, task: Task, definition: WorkflowDefinition) -> tuple[tuple[str, ...], ...]:
    """Return for each decision the titles of the stages or the end that the task leads to, without duplicates."""
    stage = definition.stages[task.stage]
    ways = (
        tuple(dict.fromkeys(_titles(turn, definition, targets_of(case, task, outcome))))
        for outcome in offered_outcomes(stage, definition, case.values, task.visit)
    )
    return tuple(dict.fromkeys(filter(None, ways)))


def _titles(turn: Turn, definition: WorkflowDefinition, targets: Iterable[Target]) -> Iterator[str]:
    for target in targets:
        title = definition.title_of(target.to).in_(turn.language)
        if EndId(target.to) not in definition.ends:
            yield title
        elif not definition.ends_branch(target.to):
            yield turn.words.gettext("the end of the case: %(end)s", end=title)


def _buttons(turn: Turn, case: Case, definition: WorkflowDefinition) -> Iterable[Button]:
    mine = [task for task in case.open_tasks() if task.assignee == turn.person.id]
    for task in mine:
        yield Button(
            label=turn.words.gettext("Open"),
            action=Action(verb=Verb.WORK, target=task.id, revision=task.revision).encode(),
            style=ButtonStyle.PRIMARY,
            people=frozenset({turn.person.id}),
        )
    yield from case_pages.buttons(turn, case)
    if case.status is CaseStatus.ACTIVE and may_cancel(case, definition, turn.organisation, turn.person.id):
        yield Button(
            label=turn.words.gettext("Cancel the case"),
            action=Action(verb=Verb.CANCEL, target=str(case.id)).encode(),
            style=ButtonStyle.DANGER,
            people=frozenset({turn.person.id}),
        )
