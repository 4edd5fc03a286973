"""What has happened to a case, a sentence for each kind of event. Plain text: escaped where it is shown."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.rendering.language.i18n import N_
from bot.rendering.words.by_itself import why_needed
from bot.rendering.words.cases import CaseWords
from bot.rendering.words.rework import corrected_in_words, decided
from bot.rendering.words.who import names
from workflows.domain import events
from workflows.domain.visits.visits import ASKED_TO_APPROVE
from workflows.domain.who import Offer


def sentence(on: CaseWords, event: events.Event) -> str:
    """Return a sentence about the event; who did it and when is shown beside it."""
    return _SENTENCES[type(event)](on, event)


def _case_opened(on: CaseWords, event: events.CaseOpened) -> str:
    if event.parent is not None:
        return on.words.gettext(
            "Opened case %(number)s out of %(parent)s", number=event.number, parent=event.parent.number
        )
    if event.client is None:
        return on.words.gettext("Opened case %(number)s", number=event.number)
    return on.words.gettext(
        "Opened case %(number)s for the client: %(client)s", number=event.number, client=event.client.name
    )


def _task_offered(on: CaseWords, event: events.TaskOffered) -> str:
    stage, department = on.stage(event.stage), on.department(event.department)
    if event.rework_for:
        return on.words.gettext(
            "The stage “%(stage)s” is back for rework (%(department)s): %(reason)s",
            stage=stage,
            department=department,
            reason=event.rework_reason or "—",
        )
    return on.words.gettext(
        "The stage “%(stage)s” waits to be claimed: %(department)s",
        stage=stage,
        department=department,
    )


def _handover_joined(on: CaseWords, event: events.HandoverJoined) -> str:
    stage, sender = on.stage_of(event.task_id), on.stage_of(event.came_from)
    if event.rework_for is not None:
        return on.words.gettext(
            "The stage “%(stage)s” was also returned by “%(sender)s”: %(reason)s",
            stage=stage,
            sender=on.stage(event.rework_for),
            reason=event.rework_reason or "—",
        )
    return on.words.gettext(
        "The stage “%(stage)s” received a handover from “%(sender)s” too", stage=stage, sender=sender
    )


def _task_claimed(on: CaseWords, event: events.TaskClaimed) -> str:
    stage = on.stage_of(event.task_id)
    if event.overtook is not None:
        return on.words.gettext(
            "Claimed the stage “%(stage)s” ahead of %(number)s: %(reason)s",
            stage=stage,
            number=event.overtook,
            reason=event.reason or "—",
        )
    if event.waited < timedelta(minutes=1):
        return on.words.gettext("Claimed the stage “%(stage)s” at once", stage=stage)
    waited = on.formats.duration(event.waited)
    return on.words.gettext("Claimed the stage “%(stage)s” after a wait of %(duration)s", stage=stage, duration=waited)


def _task_overtaken(on: CaseWords, event: events.TaskOvertaken) -> str:
    return on.words.gettext(
        "%(number)s was claimed ahead of it at the stage “%(stage)s”: %(reason)s",
        stage=on.stage_of(event.task_id),
        number=event.number,
        reason=event.reason,
    )


def _task_released(on: CaseWords, event: events.TaskReleased) -> str:
    stage = on.stage_of(event.task_id)
    if event.by == event.released_from:
        return on.words.gettext("Released the stage “%(stage)s” to the queue", stage=stage)
    return on.words.gettext(
        "Released the stage “%(stage)s” to the queue; it was with: %(person)s",
        stage=stage,
        person=on.person(event.released_from),
    )


def _task_reassigned(on: CaseWords, event: events.TaskReassigned) -> str:
    stage, person = on.stage_of(event.task_id), on.person(event.assignee)
    if event.taken_from is None:
        return on.words.gettext("Assigned the stage “%(stage)s” to: %(person)s", stage=stage, person=person)
    return on.words.gettext(
        "Reassigned the stage “%(stage)s” to: %(person)s; it was with: %(before)s",
        stage=stage,
        person=person,
        before=on.person(event.taken_from),
    )


def _task_assigned(on: CaseWords, event: events.TaskAssigned) -> str:
    stage, person = on.stage_of(event.task_id), on.person(event.assignee)
    return on.words.gettext(_GIVEN.get(event.offer, _GIVEN[Offer.CLAIM]), stage=stage, person=person)


def _candidates_changed(on: CaseWords, event: events.CandidatesChanged) -> str:
    stage = on.stage_of(event.task_id)
    if not event.candidates:
        return on.words.gettext("Nobody is left who may do the stage “%(stage)s”", stage=stage)
    whom = names(on.words, on.organisation, event.candidates)
    return on.words.gettext("The stage “%(stage)s” is now for: %(whom)s", stage=stage, whom=whom)


_GIVEN: Mapping[str | None, str] = {
    None: N_("Nobody is left who may do the stage “%(stage)s”: it is with the head: %(person)s"),
    Offer.CLAIM: N_("Assigned the stage “%(stage)s” to: %(person)s"),
    Offer.HEAD: N_("The stage “%(stage)s” went to the head to be handed out: %(person)s"),
    Offer.TURN: N_("The stage “%(stage)s” went to whose turn it is: %(person)s"),
    Offer.LEAST_LOADED: N_("The stage “%(stage)s” went to whoever has the fewest tasks: %(person)s"),
    ASKED_TO_APPROVE: N_("Asked to decide on “%(stage)s”: %(person)s"),
    Offer.PERSON: N_("Assigned the stage “%(stage)s” to: %(person)s"),
}


def _item_ticked(on: CaseWords, event: events.ItemTicked) -> str:
    task = on.case.tasks.get(event.task_id)
    stage = on.definition.stages.get(task.stage) if task else None
    item = stage.item(event.item) if stage else None
    label = item.label.in_(on.language) if item else event.item
    if event.done:
        return on.words.gettext("Ticked: %(item)s", item=label)
    return on.words.gettext("Took the tick back: %(item)s", item=label)


def _task_completed(on: CaseWords, event: events.TaskCompleted) -> str:
    task = on.case.tasks.get(event.task_id)
    stage = on.definition.stages.get(task.stage) if task else None
    title = decided(on, stage, event.outcome, event.correction)
    if event.correction is not None and (details := corrected_in_words(on, event.correction)):
        title = f"{title}. {details}"
    if event.comment:
        title = on.words.gettext("%(outcome)s. Comment: %(comment)s", outcome=title, comment=event.comment)
    places = [on.place(place) for place in event.went_to if not on.definition.ends_branch(place)]
    if not places:
        return on.words.gettext(
            "Completed the stage “%(stage)s”: %(outcome)s", stage=on.stage_of(event.task_id), outcome=title
        )
    return on.words.gettext(
        "Completed the stage “%(stage)s”: %(outcome)s. Next: %(places)s",
        stage=on.stage_of(event.task_id),
        outcome=title,
        places=", ".join(places),
    )


def _visit_completed(on: CaseWords, event: events.VisitCompleted) -> str:
    stage = on.definition.stages.get(event.stage)
    values = {"stage": on.stage(event.stage), "outcome": decided(on, stage, event.outcome, None)}
    places = [on.place(place) for place in event.went_to if not on.definition.ends_branch(place)]
    if not places:
        return on.words.gettext("All together completed the stage “%(stage)s”: %(outcome)s", **values)
    return on.words.gettext(
        "All together completed the stage “%(stage)s”: %(outcome)s. Next: %(places)s",
        places=", ".join(places),
        **values,
    )


def _rows_moved(on: CaseWords, event: events.RowsMoved) -> str:
    return on.words.gettext(
        "The rows of the stage “%(stage)s” were changed while it is being done",
        stage=on.stage(event.stage),
    )


def _task_returned(on: CaseWords, event: events.TaskReturned) -> str:
    return on.words.gettext(
        "Returned the work from the stage “%(stage)s” to “%(to)s”: %(reason)s",
        stage=on.stage_of(event.task_id),
        to=on.stage(event.to),
        reason=event.reason,
    )


def _task_resumed(on: CaseWords, event: events.TaskResumed) -> str:
    stage, sender = on.stage_of(event.task_id), on.stage_of(event.rework)
    if event.assignee is None:
        return on.words.gettext(
            "The work came back to the stage “%(stage)s” from “%(sender)s” and waits to be claimed",
            stage=stage,
            sender=sender,
        )
    return on.words.gettext(
        "The work came back to the stage “%(stage)s” from “%(sender)s”: %(person)s",
        stage=stage,
        sender=sender,
        person=on.person(event.assignee),
    )


def _task_withdrawn(on: CaseWords, event: events.TaskWithdrawn) -> str:
    stage = on.stage_of(event.task_id)
    if event.because is events.Needless.VISIT_OVER and (task := on.case.tasks.get(event.task_id)) and task.assignee:
        return on.words.gettext(
            "Not needed any more, the others have decided: “%(stage)s”, %(person)s",
            stage=stage,
            person=on.person(task.assignee),
        )
    if event.because is events.Needless.VISIT_OVER:
        return on.words.gettext("Not needed any more, the others have decided: “%(stage)s”", stage=stage)
    if event.because is events.Needless.NOBODY_DECIDES:
        return on.words.gettext(
            "The approver has left and nobody else is left to decide: “%(stage)s”. The others decide", stage=stage
        )
    if event.because is events.Needless.ROW_GONE:
        return on.words.gettext("Not needed any more, its row was taken out: “%(stage)s”", stage=stage)
    return on.words.gettext("The stage “%(stage)s” need not be done any more", stage=stage)


def _stage_skipped(on: CaseWords, event: events.StageSkipped) -> str:
    stage = on.stage(event.stage)
    places = ", ".join(on.place(place) for place in event.went_to if not on.definition.ends_branch(place)) or "—"
    if event.switched_off:
        return on.words.gettext("Went on without the stage “%(stage)s”. Next: %(places)s", stage=stage, places=places)
    return on.words.gettext("The stage “%(stage)s” is not needed. Next: %(places)s", stage=stage, places=places)


def _rule_applied(on: CaseWords, event: events.RuleApplied) -> str:
    stage = on.definition.stages.get(event.stage)
    outcome = None if stage is None else stage.outcome(event.outcome)
    places = ", ".join(on.place(place) for place in event.went_to if not on.definition.ends_branch(place)) or "—"
    return on.words.gettext(
        "The rule “%(stage)s” decided: %(outcome)s. Next: %(places)s",
        stage=on.stage(event.stage),
        outcome=event.outcome if outcome is None else outcome.title.in_(on.language),
        places=places,
    )


def _sub_case_asked(on: CaseWords, event: events.SubCaseAsked) -> str:
    if event.part is not None:
        return on.words.gettext("Another case does the stage “%(stage)s”", stage=on.stage_of(event.task_id))
    places = ", ".join(on.place(place) for place in event.went_to if not on.definition.ends_branch(place))
    if places:
        return on.words.gettext(
            "Another case does the stage “%(stage)s”. Next: %(places)s", stage=on.stage(event.stage), places=places
        )
    return on.words.gettext("Another case does the stage “%(stage)s”", stage=on.stage(event.stage))


def _sub_case_opened(on: CaseWords, event: events.SubCaseOpened) -> str:
    return on.words.gettext(
        "Opened %(number)s for the stage “%(stage)s”", number=event.number, stage=on.stage_of(event.task_id)
    )


def _sub_case_ended(on: CaseWords, event: events.SubCaseEnded) -> str:
    task = on.case.tasks.get(event.task_id)
    stage = on.definition.stages.get(task.stage) if task else None
    outcome = None if stage is None else stage.outcome(event.outcome)
    title = event.outcome if outcome is None else outcome.title.in_(on.language)
    if event.row is not None:
        return on.words.gettext(
            "%(number)s has ended. The stage “%(stage)s”: %(outcome)s",
            number=event.number,
            stage=on.stage_of(event.task_id),
            outcome=title,
        )
    places = ", ".join(on.place(place) for place in event.went_to if not on.definition.ends_branch(place)) or "—"
    return on.words.gettext(
        "%(number)s has ended. The stage “%(stage)s”: %(outcome)s. Next: %(places)s",
        number=event.number,
        stage=on.stage_of(event.task_id),
        outcome=title,
        places=places,
    )


def _sub_case_stopped(on: CaseWords, event: events.SubCaseStopped) -> str:
    return on.words.gettext(
        "The stage “%(stage)s” waits for no other case any more. %(why)s",
        stage=on.stage_of(event.task_id),
        why=why_needed(on, event.because, ()),
    ).rstrip()


def _decision_needed(on: CaseWords, event: events.DecisionNeeded) -> str:
    return on.words.gettext(
        "The stage “%(stage)s” needs somebody's decision, and the head was told: %(person)s. %(why)s",
        stage=on.stage_of(event.task_id),
        person=on.person(event.head),
        why=why_needed(on, event.because, event.missing),
    ).rstrip()


def _form_held(on: CaseWords, event: events.FormHeld) -> str:
    return on.words.gettext(
        "The stage “%(stage)s” waits for answers: %(done)s of %(of)s are filled in",
        stage=on.stage_of(event.task_id),
        done=event.held.needed - len(event.held.missing),
        of=event.held.needed,
    )


def _field_asked(on: CaseWords, event: events.FieldAsked) -> str:
    asked = event.asked
    return on.words.gettext(
        "Asked for “%(field)s”: %(whom)s",
        field=on.field_of(event.task_id, asked.field),
        whom=on.asked(asked),
    )


def _field_answered(on: CaseWords, event: events.FieldAnswered) -> str:
    return on.words.gettext("Answered what was asked: “%(field)s”", field=on.field_of(event.task_id, event.field))


def _stage_switched(on: CaseWords, event: events.StageSwitched) -> str:
    stage = on.stage(event.stage)
    if event.off:
        return on.words.gettext("Switched off the stage “%(stage)s” for this case", stage=stage)
    return on.words.gettext("Switched the stage “%(stage)s” on again", stage=stage)


def _loop_ended(on: CaseWords, event: events.LoopEnded) -> str:
    return on.words.ngettext(
        "The stage “%(stage)s” has been visited %(n)d time, as often as it may. Next: %(place)s",
        "The stage “%(stage)s” has been visited %(n)d times, as often as it may. Next: %(place)s",
        event.visits,
        stage=on.stage(event.stage),
        place=on.place(event.to),
    )


def _letter_marked(on: CaseWords, event: events.LetterMarked) -> str:
    stage = on.stage_of(event.task_id)
    if event.sent:
        return on.words.gettext("Marked the letter to the client as sent (stage “%(stage)s”)", stage=stage)
    return on.words.gettext("Took back that the letter to the client was sent (stage “%(stage)s”)", stage=stage)


def _comment_added(on: CaseWords, event: events.CommentAdded) -> str:
    return event.text or on.words.gettext("Added a file")


def _department_reminded(on: CaseWords, event: events.DepartmentReminded) -> str:
    return on.words.gettext(
        "The department was reminded of the unclaimed stage “%(stage)s”", stage=on.stage_of(event.task_id)
    )


def _head_told(on: CaseWords, event: events.HeadTold) -> str:
    return on.words.gettext(
        "The head was told that nobody has claimed the stage “%(stage)s”: %(person)s",
        stage=on.stage_of(event.task_id),
        person=on.person(event.head),
    )


def _task_became_late(on: CaseWords, event: events.TaskBecameLate) -> str:
    return on.words.gettext("The stage “%(stage)s” is late", stage=on.stage_of(event.task_id))


def _case_completed(on: CaseWords, event: events.CaseCompleted) -> str:
    return on.words.gettext("The case is completed: %(end)s", end=on.place(event.end))


def _case_cancelled(on: CaseWords, event: events.CaseCancelled) -> str:
    return on.words.gettext("Cancelled the case: %(reason)s", reason=event.reason)


# The value type is open because each function takes the kind of event that is its key.
_SENTENCES: Mapping[type[events.Event], Callable[[CaseWords, Any], str]] = {
    events.CaseOpened: _case_opened,
    events.TaskOffered: _task_offered,
    events.HandoverJoined: _handover_joined,
    events.TaskClaimed: _task_claimed,
    events.TaskOvertaken: _task_overtaken,
    events.TaskReleased: _task_released,
    events.TaskReassigned: _task_reassigned,
    events.TaskAssigned: _task_assigned,
    events.CandidatesChanged: _candidates_changed,
    events.ItemTicked: _item_ticked,
    events.TaskCompleted: _task_completed,
    events.VisitCompleted: _visit_completed,
    events.RowsMoved: _rows_moved,
    events.TaskReturned: _task_returned,
    events.TaskResumed: _task_resumed,
    events.TaskWithdrawn: _task_withdrawn,
    events.StageSkipped: _stage_skipped,
    events.RuleApplied: _rule_applied,
    events.SubCaseAsked: _sub_case_asked,
    events.SubCaseOpened: _sub_case_opened,
    events.SubCaseEnded: _sub_case_ended,
    events.SubCaseStopped: _sub_case_stopped,
    events.DecisionNeeded: _decision_needed,
    events.FormHeld: _form_held,
    events.FieldAsked: _field_asked,
    events.FieldAnswered: _field_answered,
    events.StageSwitched: _stage_switched,
    events.LoopEnded: _loop_ended,
    events.LetterMarked: _letter_marked,
    events.CommentAdded: _comment_added,
    events.DepartmentReminded: _department_reminded,
    events.HeadTold: _head_told,
    events.TaskBecameLate: _task_became_late,
    events.CaseCompleted: _case_completed,
    events.CaseCancelled: _case_cancelled,
}
