"""The processes in use: the current version of each, and the older versions that running cases still follow."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from workflows.domain import errors
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.facts.staff import staffed
from workflows.domain.ids import DepartmentId, ProcessId
from workflows.domain.people import Organisation
from workflows.domain.records import RecordKind, RecordKinds
from workflows.ports.unit_of_work import Storage, UnitOfWork


class Definitions:
    """Every version of every process by (process, version); the *current* ones are for new cases.

    `kinds` are those of records.
    """

    def __init__(
        self,
        current: Iterable[WorkflowDefinition],
        older: Iterable[WorkflowDefinition] = (),
        kinds: Iterable[RecordKind] = (),
    ) -> None:
        self.kinds = RecordKinds(kinds={kind.id: kind for kind in kinds})
        self._current: Mapping[ProcessId, WorkflowDefinition] = {d.id: d for d in current}
        self._versions = {(d.id, d.version): d for d in (*older, *self._current.values())}

    def staff(self, organisation: Organisation) -> None:
        """Have fields that ask for a person or a department offer those of the organisation from now on."""
        self._current = {name: staffed(each, organisation) for name, each in self._current.items()}
        self._versions = {name: staffed(each, organisation) for name, each in self._versions.items()}

    def current(self) -> tuple[WorkflowDefinition, ...]:
        """Return the processes that new cases may be opened in, in the order of the company."""
        return tuple(self._current.values())

    def newest(self, process: ProcessId) -> WorkflowDefinition:
        """Return the version that a new case starts with; raises UnknownProcess."""
        try:
            return self._current[process]
        except KeyError:
            raise errors.UnknownProcess(process=process) from None

    def of(self, process: ProcessId, version: str) -> WorkflowDefinition:
        """Return the version that a case was opened with; raises ProcessUnreadable."""
        try:
            return self._versions[process, version]
        except KeyError:
            raise errors.ProcessUnreadable(process=process, version=version) from None

    def departments(self) -> frozenset[DepartmentId]:
        """Return the departments that have a stage in any version of a process: no other ever gets a card."""
        return frozenset(stage.department for each in self._versions.values() for stage in each.stages.values())


async def publish(storage: Storage, versions: Iterable[tuple[ProcessId, str, str]], now: datetime) -> None:
    """Store the text of these versions (process, version, text), for the cases that will be opened with them.

    Raises StorageUnavailable.
    """
    kept = tuple(versions)

    def work(unit: UnitOfWork) -> None:
        for process, version, text in kept:
            unit.publish_definition(process, version, text, now)

    await storage.transact(work)
