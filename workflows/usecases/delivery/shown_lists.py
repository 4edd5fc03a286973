"""Lists that people have asked for: noted where they are shown, and read anew when a case in them has changed."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from workflows.domain.ids import CaseId, TaskId
from workflows.domain.notices import NoticeKind, NoticeValues
from workflows.ports.chat import ChatAddress, MessageId, Renditions
from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import ShownNotice, Storage, UnitOfWork
from workflows.usecases.delivery.looks import looks_of

MOST_IN_A_CHAT = 3
"""How many lists of one chat are kept current; older ones are shown anew when somebody presses a button in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLists:
    """Remembers which cases a list names, so that a change of one of them is shown in it."""

    storage: Storage
    clock: Clock
    _latest: dict[ChatAddress, deque[tuple[ShownNotice, ...]]] = field(default_factory=dict)

    async def note(
        self,
        chat: ChatAddress,
        message: MessageId,
        renditions: Renditions,
        *,
        about: Collection[CaseId],
        values: NoticeValues,
    ) -> None:
        """Note that a message shows a list *about* these cases; raises StorageUnavailable."""
        states = stating(chat, message, renditions, about=about, values=values, now=self.clock.now())
        others = [each for each in self._latest.get(chat, ()) if each and each[0].message_id != message]
        gone = others[: max(0, len(others) + 1 - MOST_IN_A_CHAT)]
        self._latest[chat] = deque([*others[len(gone) :], states], MOST_IN_A_CHAT)
        dropped = [state for of_message in gone for state in of_message]

        def work(unit: UnitOfWork) -> None:
            unit.keep_notices(states)
            unit.drop_notices(dropped)

        if states or dropped:
            await self.storage.transact(work)


def stating(
    chat: ChatAddress,
    message: MessageId,
    renditions: Renditions,
    *,
    about: Collection[CaseId],
    values: NoticeValues,
    now: datetime,
) -> tuple[ShownNotice, ...]:
    """Return what a list states, one for each of its cases."""
    looks = looks_of(renditions)
    return tuple(
        ShownNotice(
            chat=chat,
            message_id=message,
            kind=NoticeKind.LIST,
            case_id=case_id,
            # A part of the key; no task has the number 0.
            task_id=TaskId(f"{case_id}.0"),
            values=values,
            looks=looks,
            posted_at=now,
        )
        for case_id in sorted(about)
    )
