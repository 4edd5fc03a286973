"""Who may do what. Buttons prove nothing: every command passes here at the moment it is handled."""

from workflows.domain import errors
from workflows.domain.case import Case, Task, TaskStatus
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.people import Organisation, Role


def may_open(definition: WorkflowDefinition, organisation: Organisation, person: PersonId) -> bool:
    """Whether the person works in the department of the start stage."""
    return organisation.is_candidate(person, definition.stages[definition.start].department)


def check_may_open(definition: WorkflowDefinition, organisation: Organisation, person: PersonId) -> None:
    """Raise MayNotOpen unless the process is the person's to start."""
    if not may_open(definition, organisation, person):
        raise errors.MayNotOpen(department=definition.stages[definition.start].department)


def check_candidate(organisation: Organisation, person: PersonId, department: DepartmentId) -> None:
    """Raise NotACandidate unless the department's tasks are the person's to take."""
    if not organisation.is_candidate(person, department):
        raise errors.NotACandidate(department=department)


def check_assignee(task: Task, person: PersonId) -> None:
    """Raise unless the person has the task: TaskIsClosed, NotClaimed or NotTheAssignee."""
    check_open_task(task)
    if task.status is TaskStatus.READY or task.assignee is None:
        raise errors.NotClaimed(task_id=task.id)
    if task.assignee != person:
        raise errors.NotTheAssignee(assignee=task.assignee)


def check_open_task(task: Task) -> None:
    """Raise TaskIsClosed when nobody has to do the task any more."""
    if not task.is_open:
        completed = task.status is TaskStatus.COMPLETED
        raise errors.TaskIsClosed(closed_at=task.closed_at, assignee=task.assignee, completed=completed)


def check_head(organisation: Organisation, person: PersonId, department: DepartmentId) -> None:
    """Raise NotTheHead unless the person heads the department or one above it."""
    if not organisation.is_head_over(person, department):
        raise errors.NotTheHead(department=department)


def may_cancel(case: Case, definition: WorkflowDefinition, organisation: Organisation, person: PersonId) -> bool:
    """Whether the person opened the case, heads one of its departments, or is a manager."""
    member = organisation.people.get(person)
    return member is not None and (
        person == case.opened_by
        or Role.MANAGER in member.roles
        or any(organisation.is_head_over(person, stage.department) for stage in definition.stages.values())
    )
