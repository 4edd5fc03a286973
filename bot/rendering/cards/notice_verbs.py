"""The buttons of each kind of notice."""

from collections.abc import Mapping

from bot.actions import Verb
from workflows.domain.notices import NoticeKind

NOTICE_VERBS: Mapping[NoticeKind, tuple[Verb, ...]] = {
    NoticeKind.HANDOVER_WAITS: (),
    NoticeKind.UNCLAIMED_REMINDER: (Verb.CLAIM,),
    NoticeKind.UNCLAIMED_ESCALATION: (Verb.CLAIM, Verb.REASSIGN),
    NoticeKind.ASSIGNED_TO_YOU: (Verb.WORK,),
    NoticeKind.GIVEN_TO_YOU: (Verb.WORK,),
    NoticeKind.TO_HAND_OUT: (Verb.WORK, Verb.REASSIGN),
    NoticeKind.NOBODY_LEFT: (Verb.WORK, Verb.REASSIGN),
    NoticeKind.OFFERED_TO_YOU: (Verb.CLAIM,),
    NoticeKind.YOUR_VERDICT: (Verb.WORK,),
    NoticeKind.TAKEN_FROM_YOU: (),
    NoticeKind.RETURNED_TO_YOU: (Verb.CLAIM, Verb.WORK),
    NoticeKind.CAME_BACK: (Verb.CLAIM, Verb.WORK),
    NoticeKind.CAME_BACK_TO_NOBODY: (Verb.CLAIM, Verb.REASSIGN),
    NoticeKind.DECISION_NEEDED: (Verb.CLAIM, Verb.REASSIGN),
    NoticeKind.TASK_WITHDRAWN: (),
    NoticeKind.FORM_INCOMPLETE: (Verb.WORK, Verb.ASK),
    NoticeKind.FIELD_ASKED: (Verb.ANSWER,),
    NoticeKind.FIELD_ANSWERED: (Verb.WORK,),
    NoticeKind.COMMENT: (),
    NoticeKind.OPENED_BY_YOU: (),
    NoticeKind.STANDS_STILL: (Verb.CASE,),
    NoticeKind.OVERTAKEN: (),
    NoticeKind.CASE_COMPLETED: (),
    NoticeKind.CASE_CANCELLED: (),
}
"""The buttons of each kind of notice, shown while the task's state allows them; the case can always be opened."""
