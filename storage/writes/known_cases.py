"""A cache of the cases that this process changed last: most commands concern a case that was changed just now."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from workflows.domain.case import Case
from workflows.domain.ids import CaseId

MOST = 500


@dataclass(frozen=True, slots=True)
class ReadCase:
    """A case and the revision of this state, counted from 1."""

    case: Case
    revision: int


class KnownCases:
    """Holds at most *most* cases; the one committed longest ago is dropped first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._cases: OrderedDict[CaseId, ReadCase] = OrderedDict()

    def get(self, case_id: CaseId) -> ReadCase | None:
        """Return a case as this process last committed it, or None."""
        return self._cases.get(case_id)

    def leave(self, cases: Mapping[CaseId, ReadCase]) -> None:
        """Store the committed states of cases."""
        for case_id, read in cases.items():
            self._cases[case_id] = read
            self._cases.move_to_end(case_id)
        while len(self._cases) > self._most:
            self._cases.popitem(last=False)

    def forget(self, case_id: CaseId) -> None:
        """Drop a case that somebody else has changed, or may have."""
        self._cases.pop(case_id, None)

    def forget_all(self) -> None:
        """Drop all cases: somebody else has written."""
        self._cases.clear()
