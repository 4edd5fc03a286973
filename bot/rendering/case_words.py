"""A case with the names of its people, departments and stages in the language of one reader."""

from dataclasses import dataclass

from bot.rendering.filters import Formats
from bot.rendering.i18n import Words, words_in
from workflows.domain.case import Case
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import DepartmentId, EndId, PersonId, StageId, TaskId
from workflows.domain.people import Organisation
from workflows.domain.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWords:
    """A case with its definition, and the names of everything in it in the language of a reader."""

    case: Case
    definition: WorkflowDefinition
    organisation: Organisation
    language: Language
    formats: Formats

    @property
    def words(self) -> Words:
        """Return the catalogue of the language."""
        return words_in(self.language)

    def person(self, person_id: PersonId) -> str:
        """Return a person's name, or the id of somebody who has left the organisation."""
        return self.organisation.name_of(person_id).in_(self.language)

    def department(self, department_id: DepartmentId) -> str:
        """Return the title of a department, or the id of one that no longer exists."""
        return self.organisation.title_of(department_id).in_(self.language)

    def stage(self, stage_id: StageId) -> str:
        """Return the title of a stage."""
        return self.definition.title_of(stage_id).in_(self.language)

    def place(self, place: StageId | EndId) -> str:
        """Return the title of a stage or an end."""
        return self.definition.title_of(place).in_(self.language)

    def stage_of(self, task_id: TaskId) -> str:
        """Return the title of the stage of a task, or the id of a task that the case does not have."""
        task = self.case.tasks.get(task_id)
        return str(task_id) if task is None else self.stage(task.stage)
