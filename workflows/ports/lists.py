"""Lists of tasks and cases that people have asked for, as they are now."""

from dataclasses import dataclass
from typing import Protocol

from workflows.domain.ids import CaseId
from workflows.domain.notices import NoticeValues
from workflows.ports.chat import ChatAddress, Renditions


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    """A list as it is now, and the cases that its buttons are about."""

    renditions: Renditions
    about: frozenset[CaseId]


class Lists(Protocol):
    """Reads lists anew."""

    async def read(self, chat: ChatAddress, values: NoticeValues) -> ReadList | None:
        """Return a list that was shown in a chat; None when it cannot be read. *values* are those of its `Listing`."""
        ...
