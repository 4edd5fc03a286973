"""From a decision to the outbox: what has to be shown in which chats."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from workflows.domain.case import Case
from workflows.domain.decision import Decision
from workflows.domain.events import CommentAdded
from workflows.domain.notices import RECIPIENT, DepartmentNotice, NoticeValues
from workflows.ports.chat import Abilities, ChatAddress, DirectoryPort, Origin, platform_of
from workflows.ports.unit_of_work import Announcement, OutboxKind

Platforms = Mapping[str, Abilities]
"""What the connected platforms can do, by name. A platform that is not connected is treated as able to do everything,
since what is announced to it waits."""


def announcements(
    before: Case | None,
    decision: Decision,
    directory: DirectoryPort,
    platforms: Platforms,
    origin: Origin | None = None,
) -> Iterator[Announcement]:
    """Yield the cards that show something new, comments, then the notices, each once for every chat it belongs to.

    A task that was opened and completed by the same decision (the form of a new case), or that another case does, never
    had a card and gets none.
    When the case is closed, CASE_OVER comes last, for every chat that may have a topic for it.
    """
    case, told = decision.case, list(_told(before, decision, directory, platforms, origin))
    yield from told
    if case.closed_at is not None and (before is None or before.closed_at is None):
        of_tasks = (chat for task in case.tasks.values() for chat in directory.of_department(task.department))
        for chat in dict.fromkeys([*(said.chat for said in told), *of_tasks]):
            platform = platforms.get(platform_of(chat))
            if platform is None or platform.has_topics:
                yield Announcement(chat=chat, kind=OutboxKind.CASE_OVER, case_id=case.id)


def _told(
    before: Case | None,
    decision: Decision,
    directory: DirectoryPort,
    platforms: Platforms,
    origin: Origin | None,
) -> Iterator[Announcement]:
    case = decision.case
    known = {} if before is None else before.tasks
    for task in case.tasks.values():
        earlier = known.get(task.id)
        if (earlier is None and not task.is_open) or task.sub_case is not None:
            continue
        if earlier is None or earlier.revision != task.revision:
            for chat in directory.of_department(task.department):
                yield Announcement(chat=chat, kind=OutboxKind.CARD, case_id=case.id, task_id=task.id)
    yield from _comments(decision, directory, platforms, origin)
    for notice in decision.notices:
        chats = (
            directory.of_department(notice.department)
            if isinstance(notice, DepartmentNotice)
            else directory.of_person(notice.person)
        )
        values = notice.values if isinstance(notice, DepartmentNotice) else {**notice.values, RECIPIENT: notice.person}
        for chat in chats:
            yield Announcement(
                chat=chat,
                kind=OutboxKind.NOTICE,
                case_id=case.id,
                task_id=notice.task_id,
                notice=notice.kind,
                values=values,
            )


def _comments(
    decision: Decision, directory: DirectoryPort, platforms: Platforms, origin: Origin | None
) -> Iterator[Announcement]:
    """Yield new comments for the chats with cards of open tasks, except where they were made or are shown anyway."""
    case = decision.case
    said = [event for event in decision.events if isinstance(event, CommentAdded)]
    if not said:
        return
    under: dict[ChatAddress, Announcement] = {}
    for task in case.open_tasks():
        for chat in directory.of_department(task.department):
            platform = platforms.get(platform_of(chat))
            is_shown = platform is not None and platform.shows_threads
            if is_shown or (origin is not None and chat == origin.chat):
                continue
            under.setdefault(chat, Announcement(chat=chat, kind=OutboxKind.COMMENT, case_id=case.id, task_id=task.id))
    for event in said:
        values: NoticeValues = {"person": event.by or "", "text": event.text, "files": list(map(str, event.files))}
        for announcement in under.values():
            yield replace(announcement, values=values)
