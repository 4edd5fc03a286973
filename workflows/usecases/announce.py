"""From a decision to the outbox: which chats have to show what."""

from collections.abc import Iterator

from workflows.domain.case import Case
from workflows.domain.decision import Decision
from workflows.domain.notices import DepartmentNotice
from workflows.ports.chat import DirectoryPort
from workflows.ports.unit_of_work import Announcement, OutboxKind


def announcements(before: Case | None, decision: Decision, directory: DirectoryPort) -> Iterator[Announcement]:
    """Yield the cards that show something new, then the notices, each once for every chat it belongs to.

    A task that was opened and done in one breath (the form of a new case) never had a card and gets none.
    """
    case = decision.case
    known = {} if before is None else before.tasks
    for task in case.tasks.values():
        earlier = known.get(task.id)
        if earlier is None and not task.is_open:
            continue
        if earlier is None or earlier.revision != task.revision:
            for chat in directory.of_department(task.department):
                yield Announcement(chat=chat, kind=OutboxKind.CARD, case_id=case.id, task_id=task.id)
    for notice in decision.notices:
        chats = (
            directory.of_department(notice.department)
            if isinstance(notice, DepartmentNotice)
            else directory.of_person(notice.person)
        )
        for chat in chats:
            yield Announcement(
                chat=chat,
                kind=OutboxKind.NOTICE,
                case_id=case.id,
                task_id=notice.task_id,
                notice=notice.kind,
                values=notice.values,
            )
