"""Notifications besides the cards, and letters, as data; the edge renders the text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workflows.domain.definition import Recipient
from workflows.domain.ids import CaseId, DepartmentId, FieldName, PersonId, StageId, TaskId, TemplateName

NoticeValues = Mapping[str, str | list[str]]
"""What the template of a notice needs: ids, numbers and quoted text, ready for JSON."""


RECIPIENT = "to"
"""The name under which the values of an announced personal notice hold its recipient."""


class NoticeKind(StrEnum):
    """Each kind has a message template of the same name."""

    HANDOVER_WAITS = "handover_waits"
    """To a department: a handover arrived; the stage starts when the others have arrived too."""
    UNCLAIMED_REMINDER = "unclaimed_reminder"
    """To a department: nobody has claimed the task within the reaction time."""
    UNCLAIMED_ESCALATION = "unclaimed_escalation"
    """To the head: the task is still unclaimed."""
    ASSIGNED_TO_YOU = "assigned_to_you"
    GIVEN_TO_YOU = "given_to_you"
    """To whom a task was given in turn, as the least loaded, or by name."""
    TO_HAND_OUT = "to_hand_out"
    """To the head: a task to be done or handed to somebody."""
    NOBODY_LEFT = "nobody_left"
    """To the head: there is nobody who may do the task; the head has it, where the head may."""
    OFFERED_TO_YOU = "offered_to_you"
    """To a candidate who does not work in the task's department."""
    YOUR_VERDICT = "your_verdict"
    """To an approver: the work waits for their verdict."""
    TAKEN_FROM_YOU = "taken_from_you"
    RETURNED_TO_YOU = "returned_to_you"
    CAME_BACK = "came_back"
    """To whoever returned work: it was corrected, or something else was decided."""
    CAME_BACK_TO_NOBODY = "came_back_to_nobody"
    """To the head: it came back, and whoever returned it cannot take it any more."""
    DECISION_NEEDED = "decision_needed"
    """To the head: a stage that does its work by itself could not, and somebody has to decide."""
    TASK_WITHDRAWN = "task_withdrawn"
    """To the assignee: the task need not be done any more."""
    FORM_INCOMPLETE = "form_incomplete"
    """To whoever has the task: its form waits for answers, or is complete now."""
    FIELD_ASKED = "field_asked"
    """To a person or a department: somebody asks for an answer."""
    FIELD_ANSWERED = "field_answered"
    LIST = "list"
    """A list that somebody has asked for. No decision announces it, and the conversation renders it."""
    COMMENT = "comment"
    OPENED_BY_YOU = "opened_by_you"
    """To whoever opened the case: where it is now, and who has it."""
    STANDS_STILL = "stands_still"
    """To whoever opened the case: nobody has claimed a task of it, and the head was told."""
    OVERTAKEN = "overtaken"
    """To whoever opened the case: a later one was claimed first."""
    CASE_COMPLETED = "case_completed"
    CASE_CANCELLED = "case_cancelled"


FOLLOWING = frozenset(
    {
        NoticeKind.HANDOVER_WAITS,
        NoticeKind.UNCLAIMED_REMINDER,
        NoticeKind.UNCLAIMED_ESCALATION,
        NoticeKind.ASSIGNED_TO_YOU,
        NoticeKind.GIVEN_TO_YOU,
        NoticeKind.TO_HAND_OUT,
        NoticeKind.NOBODY_LEFT,
        NoticeKind.OFFERED_TO_YOU,
        NoticeKind.YOUR_VERDICT,
        NoticeKind.TAKEN_FROM_YOU,
        NoticeKind.RETURNED_TO_YOU,
        NoticeKind.OPENED_BY_YOU,
        NoticeKind.STANDS_STILL,
        NoticeKind.CAME_BACK,
        NoticeKind.CAME_BACK_TO_NOBODY,
        NoticeKind.DECISION_NEEDED,
        NoticeKind.FORM_INCOMPLETE,
        NoticeKind.FIELD_ASKED,
    }
)
"""The kinds whose message states what is so now: it is changed in place until its task (or its case) is closed.

A message of another kind states what once happened, which stays true.
"""

LISTED = frozenset({NoticeKind.UNCLAIMED_REMINDER, NoticeKind.UNCLAIMED_ESCALATION, NoticeKind.STANDS_STILL})
"""The kinds of which a chat shows one message for several tasks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentNotice:
    """A notification about a case to a department, in its channel."""

    kind: NoticeKind
    department: DepartmentId
    task_id: TaskId | None = None
    values: NoticeValues = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalNotice:
    """A notification about a case to a person, in a private chat."""

    kind: NoticeKind
    person: PersonId
    task_id: TaskId | None = None
    values: NoticeValues = field(default_factory=dict)


Notice = DepartmentNotice | PersonalNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRequest:
    """A letter to be filled from a template with the facts of the case, and stored.

    It goes to the department of `stage` (a handover message), or to `recipient` (a letter to the client). `settled`
    are remarks of an earlier round: for the letter they are not filled in.
    """

    template: TemplateName
    case_id: CaseId
    from_task: TaskId
    by: PersonId
    facts: Mapping[FieldName, object]
    stage: StageId | None = None
    department: DepartmentId | None = None
    recipient: Recipient | None = None
    settled: frozenset[FieldName] = frozenset()
