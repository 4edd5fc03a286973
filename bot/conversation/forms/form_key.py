"""The key of a form, which goes out with the form and comes back with its answers."""

from dataclasses import dataclass

from bot.actions import Action, Unreadable, Verb, check_task_id
from workflows.domain.ids import ProcessId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskForm:
    """The form of a task."""

    task_id: TaskId

    @property
    def key(self) -> str:
        """Return the key that comes back with the answers."""
        return f"task:{self.task_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCaseForm:
    """The form that opens a case."""

    process: ProcessId

    @property
    def key(self) -> str:
        """Return the key that comes back with the answers."""
        return f"new:{self.process}"


Form = TaskForm | NewCaseForm


def form_of(key: str) -> Form:
    """Return the form of a key; raises Unreadable when it is not a key."""
    kind, _, name = key.partition(":")
    if kind == "task":
        check_task_id(TaskId(name))
        return TaskForm(task_id=TaskId(name))
    if kind == "new" and name:
        return NewCaseForm(process=ProcessId(name))
    raise Unreadable("not a form")


def opening_action(key: str) -> Action:
    """Return the action that opens the form of a key; raises Unreadable when it is not a key."""
    form = form_of(key)
    if isinstance(form, TaskForm):
        return Action(verb=Verb.WORK, target=form.task_id)
    return Action(verb=Verb.NEW, target=form.process)
