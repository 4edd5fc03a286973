"""The order of clients: who applied earlier is served earlier."""

from dataclasses import dataclass
from datetime import datetime

from workflows.domain.ids import CaseId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """A case opened earlier whose task of the same stage is still ready: taking a later one overtakes it."""

    case_id: CaseId
    number: str
    client: str | None
    task_id: TaskId
    opened_at: datetime
