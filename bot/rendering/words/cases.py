"""A case with the names of its people, departments and stages in the language of one reader."""

from dataclasses import dataclass

from bot.rendering.language.filters import Formats
from bot.rendering.language.i18n import Words, words_in
from workflows.domain.case import Asked, Case, Part, Task
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import DepartmentId, EndId, FieldName, PersonId, StageId, TaskId
from workflows.domain.people import Organisation
from workflows.domain.text import Language


def row_title(part: Part, words: Words) -> str:
    """Return what names a row, or its number."""
    return part.title or words.gettext("row %(number)s", number=part.number)


def titled(stage: str, part: Part | None, words: Words) -> str:
    """Return the title of a stage with the row that a task is about, by its title or its number."""
    if part is None or part.row is None:
        return stage
    return words.gettext("%(stage)s: %(row)s", stage=stage, row=row_title(part, words))


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

    def person_or_nobody(self, person_id: PersonId | None) -> str:
        """Return a person's name, or a dash for nobody."""
        return self.person(person_id) if person_id else "—"

    def department(self, department_id: DepartmentId) -> str:
        """Return the title of a department, or the id of one that no longer exists."""
        return self.organisation.title_of(department_id).in_(self.language)

    def asked(self, asked: Asked) -> str:
        """Return the name of the person or the department that was asked for an answer."""
        if asked.person is not None:
            return self.person(asked.person)
        return "" if asked.department is None else self.department(asked.department)

    def stage(self, stage_id: StageId) -> str:
        """Return the title of a stage."""
        return self.definition.title_of(stage_id).in_(self.language)

    def place(self, place: StageId | EndId) -> str:
        """Return the title of a stage or an end."""
        return self.definition.title_of(place).in_(self.language)

    def stage_of(self, task_id: TaskId) -> str:
        """Return the title of the stage of a task, or the id of a task that the case does not have."""
        task = self.case.tasks.get(task_id)
        return str(task_id) if task is None else self.stage_with_row(task)

    def row_of(self, task: Task) -> str:
        """Return what names the row that a task is about, or its number."""
        return "" if task.part is None else row_title(task.part, self.words)

    def field_of(self, task_id: TaskId, name: FieldName) -> str:
        """Return the label of a question of a task's form, or its name."""
        task = self.case.tasks.get(task_id)
        stage = None if task is None else self.definition.stages.get(task.stage)
        form = () if stage is None else stage.form
        return next((field.label.in_(self.language) for field in form if field.name == name), name)

    def stage_with_row(self, task: Task) -> str:
        """Return the title of the stage of a task, with the row that it is about."""
        return titled(self.stage(task.stage), task.part, self.words)
