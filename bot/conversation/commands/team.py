"""`/team`: the load of a head's people, the tasks of each, and all of somebody's tasks given to others at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.actions import Action, Verb
from bot.conversation.commands.task_values import task_values
from bot.conversation.reply import Menu, Reply, ReplyKind
from bot.conversation.turn import Turn, plain
from workflows.domain import commands, errors
from workflows.domain.assignment.redistribution import new_assignees
from workflows.domain.candidates import Candidates
from workflows.domain.ids import PersonId, TaskId, case_of
from workflows.domain.people import Person
from workflows.ports.chat import Button, ButtonStyle
from workflows.ports.queries import TaskLine

MOST_TASKS = 20
"""How many tasks of a person are listed, the earliest client first."""
MOST_OFFERED = 10
"""To how many single people all tasks can be given by one press; the least loaded are offered."""


def team_of(turn: Turn) -> tuple[Person, ...]:
    """Return the people of the departments that the person heads, without the person."""
    headed = {department.id for department in turn.organisation.headed_by(turn.person.id)}
    return tuple(
        person
        for person in turn.organisation.people.values()
        if person.id != turn.person.id and not headed.isdisjoint(person.departments)
    )


async def team(turn: Turn, _rest: str) -> Reply:
    """Return the people of the head with their loads: the late ones first, then whoever has the most."""
    people = team_of(turn)
    if not people:
        toast = turn.words.gettext("You head no department, so there is no team to show.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    loads = await turn.queries.workloads([person.id for person in people], turn.now)
    order = sorted(people, key=lambda p: (-loads[p.id].late, -loads[p.id].tasks))
    buttons = [
        Button(
            label=turn.words.ngettext(
                "%(name)s: %(n)d task", "%(name)s: %(n)d tasks", loads[each.id].tasks, name=turn.name_of(each.id)
            ),
            action=Action(verb=Verb.TEAM, target=each.id).encode(),
        )
        for each in order
        if loads[each.id].tasks
    ]
    lines = [
        {
            "name": turn.name_of(each.id),
            "post": each.post.in_(turn.language),
            "tasks": loads[each.id].tasks,
            "late": loads[each.id].late,
            "oldest": loads[each.id].oldest,
        }
        for each in order
    ]
    return Reply(message=turn.message("team", buttons, in_a_row=1, lines=lines), kind=ReplyKind.PERSONAL)


async def tasks_of(turn: Turn, action: Action) -> Reply:
    """Return the tasks of one of the head's people, each to be given to somebody, or all of them at once."""
    person = _of_team(turn, PersonId(action.target))
    tasks = await turn.queries.my_tasks(person)
    shown = tasks[:MOST_TASKS]
    buttons = [
        Button(
            label=f"{turn.words.gettext('Reassign')} {task.number}",
            action=Action(verb=Verb.REASSIGN, target=task.task_id).encode(),
        )
        for task in shown
    ]
    if len(tasks) > 1:
        every = turn.words.gettext("Give all to others…")
        sharing = Action(verb=Verb.REDISTRIBUTE, target=person).encode()
        buttons.insert(0, Button(label=every, action=sharing, style=ButtonStyle.PRIMARY))
    message = turn.message(
        "tasks_of",
        buttons,
        person=turn.name_of(person),
        lines=[task_values(turn, task) for task in shown],
        more=len(tasks) - len(shown),
    )
    return Reply(message=message, kind=ReplyKind.PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Who gets which of somebody's tasks; `left` are those that can be given to nobody, or to nobody chosen."""

    gets: Mapping[TaskId, PersonId]
    left: Sequence[TaskLine]
    possible: Sequence[PersonId]
    """Everybody to whom some of the tasks can be given, the least loaded first."""


async def choose_distribution(turn: Turn, action: Action) -> Reply:
    """Show how a person's tasks would be given to others by turns, with the buttons that do it, or give all to one."""
    person = _of_team(turn, PersonId(action.target))
    plan = await _plan(turn, person, None)
    if not plan.gets:
        toast = turn.words.gettext("There is nobody to whom these tasks can be given. Nothing was changed.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    words = turn.words
    by_turns = Action(verb=Verb.REDISTRIBUTE_NOW, target=person)
    one_by_one = [
        Button(
            label=words.gettext("All to %(name)s", name=turn.name_of(each)),
            action=Action(verb=Verb.REDISTRIBUTE_NOW, target=person, argument=each).encode(),
        )
        for each in plan.possible[:MOST_OFFERED]
    ]
    text = [_counts(turn, plan.gets)]
    if plan.left:
        text.append(_left(turn, person, plan.left))
    menu = Menu(
        title=words.gettext("Tasks of %(name)s", name=turn.name_of(person)),
        text="\n".join(text),
        buttons=(
            Button(label=words.gettext("Give them so"), action=by_turns.encode(), style=ButtonStyle.PRIMARY),
            *(one_by_one if len(plan.possible) > 1 else ()),
        ),
    )
    return Reply(dialog=menu)


async def redistribute(turn: Turn, action: Action) -> Reply:
    """Give a person's tasks to others, by turns or all to one; say who got how many, and what stayed and why.

    Each task is given for itself: one that was meanwhile completed holds back nothing, and pressing again goes on with
    what is left.
    """
    person = _of_team(turn, PersonId(action.target))
    plan = await _plan(turn, person, PersonId(action.argument) if action.argument else None)
    given: dict[TaskId, PersonId] = {}
    for task, to in plan.gets.items():
        try:
            await turn.handler.handle(commands.ReassignTask(task_id=task, to=to), actor=turn.person.id)
        except errors.Refusal:
            # It was completed or given to somebody else in the meantime.
            continue
        given[task] = to
    if not given:
        toast = turn.words.gettext("There is nobody to whom these tasks can be given. Nothing was changed.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    text = [_counts(turn, given)]
    if left := await turn.queries.my_tasks(person):
        text.append(_left(turn, person, left))
    return Reply(message=plain("\n".join(text), turn.dialect), kind=ReplyKind.DONE)


def _of_team(turn: Turn, person: PersonId) -> PersonId:
    """Return the person; raises NotTheHead unless the person of the turn heads a department of theirs."""
    if all(person != each.id for each in team_of(turn)):
        member = turn.organisation.person(person)
        raise errors.NotTheHead(department=member.departments[0])
    return person


async def _plan(turn: Turn, person: PersonId, to: PersonId | None) -> _Plan:
    tasks = await turn.queries.my_tasks(person)
    givable = [(task, await _givable(turn, task)) for task in tasks]
    every = dict.fromkeys(each for _, people in givable for each in people)
    loads = await turn.queries.loads(list(every))
    meant = [
        (task.task_id, people if to is None else [each for each in people if each == to]) for task, people in givable
    ]
    gets = new_assignees(meant, loads)
    return _Plan(
        gets=gets,
        left=[task for task in tasks if task.task_id not in gets],
        possible=sorted(every, key=lambda each: loads.get(each, 0)),
    )


async def _givable(turn: Turn, line: TaskLine) -> Sequence[PersonId]:
    """Return to whom the person of the turn may give a task, without whoever has it."""
    case = await turn.case(case_of(line.task_id))
    definition = turn.definitions.of(case.process, case.version)
    may = Candidates(case=case, definition=definition, organisation=turn.organisation)
    task = case.tasks[line.task_id]
    if turn.person.id not in may.handing_over(task):
        return ()
    people = [each.id for each in may.givable(task) if each.id != task.assignee]
    # A head who hands work out does not mean their own desk, unless nobody else is left.
    return [each for each in people if each != turn.person.id] or people


def _counts(turn: Turn, gets: Mapping[TaskId, PersonId]) -> str:
    """Return who gets how many tasks, one person a line."""
    counts = Counter(gets.values())
    return "\n".join(
        turn.words.ngettext("%(name)s: %(n)d task", "%(name)s: %(n)d tasks", n, name=turn.name_of(person))
        for person, n in counts.most_common()
    )


def _left(turn: Turn, person: PersonId, left: Sequence[TaskLine]) -> str:
    return turn.words.gettext(
        "Stays with %(name)s: %(numbers)s. Nobody else may do it, or it is not for you to give.",
        name=turn.name_of(person),
        numbers=", ".join(task.number for task in left),
    )
