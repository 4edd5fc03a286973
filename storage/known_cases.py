"""The cases that this process changed last, as it left them: most commands are about one that was changed just now."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from workflows.domain.case import Case
from workflows.domain.ids import CaseId

MOST = 500


@dataclass(frozen=True, slots=True)
class ReadCase:
    """A case and which of its states it is, counted from 1."""

    case: Case
    revision: int


class KnownCases:
    """Remembers at most so many cases; the one that was left longest ago gives way."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._cases: OrderedDict[CaseId, ReadCase] = OrderedDict()

    def get(self, case_id: CaseId) -> ReadCase | None:
        """Return a case as it was left."""
        return self._cases.get(case_id)

    def leave(self, cases: Mapping[CaseId, ReadCase]) -> None:
        """Remember cases as they are from now on."""
        for case_id, read in cases.items():
            self._cases[case_id] = read
            self._cases.move_to_end(case_id)
        while len(self._cases) > self._most:
            self._cases.popitem(last=False)

    def forget(self, case_id: CaseId) -> None:
        """Forget a case that somebody else has changed, or may have."""
        self._cases.pop(case_id, None)

    def forget_all(self) -> None:
        """Forget everything: somebody else has written."""
        self._cases.clear()
