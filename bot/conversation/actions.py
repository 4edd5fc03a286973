"""What a button carries: a verb, an id, a revision, in at most 64 bytes. It proves nothing: presses are checked."""

from dataclasses import dataclass
from enum import StrEnum

from workflows.domain.ids import CaseId, TaskId

MAX_BYTES = 64


class Verb(StrEnum):
    """What pressing means. The values are short, since platforms count bytes, and stable, since old cards keep them."""

    CLAIM = "claim"
    WORK = "work"
    RELEASE = "release"
    REASSIGN = "reassign"
    REASSIGN_TO = "to"
    RETURN = "return"
    RETURN_TO = "back"
    TICK = "tick"
    CASE = "case"
    CANCEL = "cancel"
    NEW = "new"
    LANGUAGE = "lang"
    COMMAND = "cmd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`target` is a task, case, process or language; `argument` a person, stage or item; `revision` what was shown."""

    verb: Verb
    target: str = ""
    revision: int = 0
    argument: str = ""

    def encode(self) -> str:
        """Write the action for a button; raises ValueError past 64 bytes."""
        text = f"{self.verb}:{self.target}:{self.revision}:{self.argument}"
        if len(text.encode()) > MAX_BYTES:
            raise ValueError(f"the action is longer than {MAX_BYTES} bytes: {text!r}")
        return text

    @property
    def task_id(self) -> TaskId:
        """Answer the target as a task."""
        return TaskId(self.target)

    @property
    def case_id(self) -> CaseId:
        """Answer the target as a case; raises ValueError when it is none."""
        return CaseId(int(self.target))


def decode(text: str) -> Action:
    """Read what a button carried; raises ValueError when it is none of ours."""
    verb, target, revision, argument = text.split(":", 3)
    return Action(verb=Verb(verb), target=target, revision=int(revision), argument=argument)
