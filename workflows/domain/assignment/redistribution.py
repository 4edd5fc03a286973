"""Giving the tasks of one person to others: who gets which, shown before it is done."""

from collections.abc import Iterable, Mapping, Sequence

from workflows.domain.ids import PersonId, TaskId


def new_assignees(
    tasks: Iterable[tuple[TaskId, Sequence[PersonId]]], loads: Mapping[PersonId, int]
) -> Mapping[TaskId, PersonId]:
    """Return who gets each task, of those to whom it can be given (in their order); a task for nobody is left out.

    Each task goes to whoever has the fewest by then, *loads* and the tasks before it counted.
    """
    counts, found = dict(loads), dict[TaskId, PersonId]()
    for task, people in tasks:
        if people:
            # Of equals the first: `min` keeps the order.
            found[task] = min(people, key=lambda person: counts.get(person, 0))
            counts[found[task]] = counts.get(found[task], 0) + 1
    return found
