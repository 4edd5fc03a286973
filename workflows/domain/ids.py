"""Identities: each kind of thing has its own type, so that they cannot be mixed up."""

from typing import NewType

CaseId = NewType("CaseId", int)
TaskId = NewType("TaskId", str)
"""Identity of a task, written `<case>.<ordinal>`: `42.3` is the third task of case 42."""
RecordId = NewType("RecordId", int)
ClientId = RecordId
"""A client is a record of the base."""
KindId = NewType("KindId", str)
"""Identity of a kind of records."""
FileId = NewType("FileId", str)
PersonId = NewType("PersonId", str)
DepartmentId = NewType("DepartmentId", str)
ProcessId = NewType("ProcessId", str)
StageId = NewType("StageId", str)
EndId = NewType("EndId", str)
OutcomeId = NewType("OutcomeId", str)
ItemId = NewType("ItemId", str)
FieldName = NewType("FieldName", str)
TemplateName = NewType("TemplateName", str)


def task_id(case_id: CaseId, ordinal: int) -> TaskId:
    """Return the id of the task number *ordinal* (from 1) of a case."""
    return TaskId(f"{case_id}.{ordinal}")


def case_of(task: TaskId) -> CaseId:
    """Return the case a task belongs to; raises ValueError when the text is not a task id."""
    case, dot, ordinal = task.partition(".")
    if not (dot and case.isascii() and case.isdigit() and ordinal.isascii() and ordinal.isdigit()):
        raise ValueError(f"not a task id: {task!r}")
    return CaseId(int(case))
