"""Who may do what. A button grants no right: every command is checked here when it is handled."""

from collections.abc import Iterable

from workflows.domain import errors
from workflows.domain.candidates import opener_may
from workflows.domain.case import Case, Task, TaskStatus
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.people import Organisation, Person, Role


def may_open(definition: WorkflowDefinition, organisation: Organisation, person: PersonId) -> bool:
    """Whether the start stage is for the person; by default it is for those of its department."""
    return opener_may(definition, organisation, person)


def check_may_open(definition: WorkflowDefinition, organisation: Organisation, person: PersonId) -> None:
    """Raise MayNotOpen unless the person may start the process."""
    if not may_open(definition, organisation, person):
        start = definition.stages[definition.start]
        raise errors.MayNotOpen(department=start.department, is_by_rules=bool(start.who))


def check_assignee(case: Case, task: Task, person: PersonId) -> None:
    """Raise unless the person has the task: TaskIsClosed, TaskIsSuspended, NotClaimed or NotTheAssignee."""
    check_open_task(case, task)
    if task.status is TaskStatus.READY or task.assignee is None:
        raise errors.NotClaimed(task_id=task.id)
    if task.assignee != person:
        raise errors.NotTheAssignee(assignee=task.assignee)


def check_open_task(case: Case, task: Task) -> None:
    """Raise TaskIsClosed when nobody has to do the task any more, TaskIsSuspended when nobody can do it now."""
    check_unfinished_task(task)
    if task.status is TaskStatus.SUSPENDED and task.rework is not None:
        rework = case.tasks[task.rework]
        raise errors.TaskIsSuspended(stage=rework.stage, assignee=rework.assignee)


def check_unfinished_task(task: Task) -> None:
    """Raise TaskIsClosed when nobody has to do the task any more, TaskWaitsForCase when another case does it."""
    if task.is_unfinished and task.sub_case is not None:
        raise errors.TaskWaitsForCase(number=task.sub_case.number)
    if not task.is_unfinished:
        completed = task.status is TaskStatus.COMPLETED
        raise errors.TaskIsClosed(closed_at=task.closed_at, assignee=task.assignee, completed=completed)


def check_head(organisation: Organisation, person: PersonId, department: DepartmentId) -> None:
    """Raise NotTheHead unless the person heads the department or one above it."""
    if not organisation.is_head_over(person, department):
        raise errors.NotTheHead(department=department)


def may_cancel(case: Case, definition: WorkflowDefinition, organisation: Organisation, person: PersonId) -> bool:
    """Whether the person opened the case, heads one of its departments, or is a manager."""
    return person in organisation.people and (
        person == case.opened_by
        or _has_role(organisation, person, Role.MANAGER)
        or any(organisation.is_head_over(person, stage.department) for stage in definition.stages.values())
    )


def may_switch(case: Case, organisation: Organisation, person: PersonId, department: DepartmentId) -> bool:
    """Whether the person may decide that a case goes without a stage of the department.

    Who opened the case, a head over the department and managers may.
    """
    return person in organisation.people and (
        person == case.opened_by
        or _has_role(organisation, person, Role.MANAGER)
        or organisation.is_head_over(person, department)
    )


def may_mark_letters(case: Case, organisation: Organisation, person: PersonId) -> bool:
    """Whether the person works on the case: opened it, may take or lead a task of it, or is a manager."""
    return person in organisation.people and (
        person == case.opened_by
        or _has_role(organisation, person, Role.MANAGER)
        or any(
            organisation.is_candidate(person, task.department) or person in (task.candidates or ())
            for task in case.tasks.values()
        )
    )


def may_bind(organisation: Organisation, person: PersonId, department: DepartmentId) -> bool:
    """Whether the person may have the department's cards appear in a chat: its heads and administrators may."""
    return organisation.is_head_over(person, department) or _has_role(organisation, person, Role.ADMINISTRATOR)


def check_may_bind(organisation: Organisation, person: PersonId, department: DepartmentId) -> None:
    """Raise NotTheHead unless the person may bind chats to the department, and unbind them."""
    if not may_bind(organisation, person, department):
        raise errors.NotTheHead(department=department)


def may_organise(organisation: Organisation, person: PersonId, of: Person) -> bool:
    """Whether the person may change where and as what another works: heads over all their departments may."""
    return all(may_bind(organisation, person, department) for department in of.departments)


def check_may_organise(organisation: Organisation, person: PersonId, departments: Iterable[DepartmentId]) -> None:
    """Raise NotTheHead unless the person heads every one of the departments or is an administrator."""
    for department in departments:
        check_may_bind(organisation, person, department)


def may_appoint(organisation: Organisation, person: PersonId, department: DepartmentId) -> bool:
    """Whether the person may say who heads a department: the heads above it and administrators may."""
    above = organisation.department(department).parent
    return _has_role(organisation, person, Role.ADMINISTRATOR) or (
        above is not None and organisation.is_head_over(person, above)
    )


def check_may_appoint(organisation: Organisation, person: PersonId, department: DepartmentId) -> None:
    """Raise MayNotAppoint unless the person may say who heads a department."""
    if not may_appoint(organisation, person, department):
        raise errors.MayNotAppoint(department=department)


def may_invite(organisation: Organisation, person: PersonId, invited: Person) -> bool:
    """Whether the person may invite another: the heads of that person's departments and administrators may."""
    return any(may_bind(organisation, person, department) for department in invited.departments)


def check_may_invite(organisation: Organisation, person: PersonId, invited: Person) -> None:
    """Raise NotTheHead unless the person may invite the other."""
    if not may_invite(organisation, person, invited):
        raise errors.NotTheHead(department=invited.departments[0])


def may_retry(organisation: Organisation, person: PersonId) -> bool:
    """Whether the person may see undeliverable messages and have them sent again."""
    return _has_role(organisation, person, Role.MANAGER, Role.ADMINISTRATOR)


def check_may_retry(organisation: Organisation, person: PersonId) -> None:
    """Raise MayNotRetry unless the person may retry undeliverable messages."""
    if not may_retry(organisation, person):
        raise errors.MayNotRetry


def may_correct_records(organisation: Organisation, person: PersonId) -> bool:
    """Whether the person may correct records of the shared base: everybody who works here may, and it is recorded."""
    return person in organisation.people


def check_may_correct_records(organisation: Organisation, person: PersonId) -> None:
    """Raise MayNotCorrectRecord unless the person may correct records."""
    if not may_correct_records(organisation, person):
        raise errors.MayNotCorrectRecord


def _has_role(organisation: Organisation, person: PersonId, *roles: Role) -> bool:
    member = organisation.people.get(person)
    return member is not None and not member.roles.isdisjoint(roles)
