"""Looking again, after a change of the organisation, at the tasks of people who may have left it."""

from collections.abc import Sequence

from workflows.domain import commands, errors
from workflows.domain.ids import TaskId
from workflows.ports.queries import Queries
from workflows.usecases.handle_command import CommandHandler


async def review_tasks(handler: CommandHandler, queries: Queries) -> Sequence[TaskId]:
    """Review the tasks that are for named people, and those with somebody who left; return the changed ones.

    Raises StorageUnavailable.
    """
    organisation = handler.organisation.now
    gone = await queries.stranded(tuple(organisation.departments), tuple(organisation.people))
    named = await queries.named_tasks()
    changed = []
    for line in (*gone, *named):
        try:
            await handler.handle(commands.ReviewTask(task_id=line.task_id), actor=None)
        except errors.Refusal:
            # Nothing has changed for it, or its process cannot be read, which the log tells of elsewhere.
            continue
        changed.append(line.task_id)
    return changed
