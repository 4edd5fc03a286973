"""What a decision on one case means for others: cases that it opens, waits for, no longer needs, or overtakes."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from workflows.domain import errors, events
from workflows.domain.case import Case, CaseStatus, Values
from workflows.domain.decision import CancelSubCase, Course, Decision, OpenSubCase, Situation
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import CaseId, PersonId, case_of
from workflows.domain.routes import closing, overtaking, sub_case_ends, sub_cases
from workflows.ports.unit_of_work import UnitOfWork
from workflows.usecases.running_processes import Definitions

SituationOf = Callable[[WorkflowDefinition, PersonId | None, Values], Situation]
"""Returns the situation of a case from its definition, who acts, and its facts."""

MOST_OVERTAKEN = 20
"""In how many earlier cases it is recorded that a later one was claimed before them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCase:
    """A case that a command changes: as it was (None: it is new), what was decided, and in which situation."""

    before: Case | None
    decision: Decision
    situation: Situation


class _Family:
    """The cases that a command changes, each once."""

    def __init__(self, unit: UnitOfWork, definitions: Definitions, situation: SituationOf) -> None:
        self._unit = unit
        self._definitions = definitions
        self._situation = situation
        self._changed: dict[CaseId, ChangedCase] = {}
        self._waiting: deque[Decision] = deque()

    def follow(self, first: ChangedCase, actor: PersonId | None) -> tuple[ChangedCase, ...]:
        """Return everything that follows from a decision on a case, that itself first.

        That comes to an end: a case that is opened waits for somebody at its first stage, whatever its process.
        """
        self._keep(first)
        self._overtake(first)
        while self._waiting:
            decision = self._waiting.popleft()
            for change in decision.sub_cases:
                if isinstance(change, OpenSubCase):
                    self._open(decision.case.id, change, actor)
                else:
                    self._cancel(change, actor)
            if any(isinstance(event, events.CaseCompleted | events.CaseCancelled) for event in decision.events):
                self._tell_parent(decision.case, actor)
        return tuple(self._changed.values())

    def _keep(self, changed: ChangedCase) -> None:
        """Add what was decided on a case to what was decided on it before."""
        case_id = changed.decision.case.id
        known = self._changed.get(case_id)
        self._waiting.append(changed.decision)
        if known is not None:
            changed = replace(changed, before=known.before, decision=_together(known.decision, changed.decision))
        self._changed[case_id] = changed

    def _course(self, case_id: CaseId, actor: PersonId | None) -> tuple[Case | None, Course] | None:
        """Return a case as it was and as it is by now; None where it cannot be changed."""
        known = self._changed.get(case_id)
        if known is not None:
            return known.before, Course(case=known.decision.case, situation=known.situation)
        case = self._unit.case(case_id)
        if case is None:
            return None
        try:
            definition: WorkflowDefinition = self._definitions.of(case.process, case.version)
        except errors.ProcessUnreadable:
            return None
        return case, Course(case=case, situation=self._situation(definition, actor, case.values))

    def _open(self, parent_id: CaseId, request: OpenSubCase, actor: PersonId | None) -> None:
        found = self._course(parent_id, actor)
        if found is None:
            return
        before, parent = found
        try:
            definition = self._definitions.newest(request.process)
        except errors.UnknownProcess:
            sub_cases.stop_waiting(parent, request.task_id, events.Undecided.CASE_NOT_OPENED)
        else:
            identity = self._unit.reserve_case(definition.id, definition.prefix)
            handed = sub_cases.received(definition, request, parent.case.client)
            situation = self._situation(definition, actor, handed)
            opened = sub_cases.open_for(identity, request, parent.case, situation)
            self._keep(ChangedCase(before=None, decision=opened, situation=situation))
            sub_cases.link(parent, request.task_id, opened.case)
        self._keep(ChangedCase(before=before, decision=parent.decision(), situation=parent.situation))

    def _cancel(self, change: CancelSubCase, actor: PersonId | None) -> None:
        found = self._course(change.case_id, actor)
        if found is not None and found[1].case.status is CaseStatus.ACTIVE:
            before, course = found
            closing.cancel(course, change.reason)
            self._keep(ChangedCase(before=before, decision=course.decision(), situation=course.situation))

    def _overtake(self, first: ChangedCase) -> None:
        """Record in the earlier cases that the first one was claimed before them."""
        claimed, case, actor = _overtaking(first.decision), first.before, first.situation.actor
        if claimed is None or case is None:
            return
        for earlier in self._unit.earlier_waiting(case, case.tasks[claimed.task_id], actor, most=MOST_OVERTAKEN):
            found = self._course(earlier.case_id, actor)
            if found is not None:
                before, course = found
                overtaking.pass_over(course, earlier.task_id, claimed, first.decision.case.number)
                self._keep(ChangedCase(before=before, decision=course.decision(), situation=course.situation))

    def _tell_parent(self, case: Case, actor: PersonId | None) -> None:
        found = None if case.parent is None else self._course(case_of(case.parent.task), actor)
        if found is None or case.parent is None or case.parent.task not in found[1].case.tasks:
            return
        before, course = found
        sub_case_ends.go_on_after(course, course.task(case.parent.task), case)
        if course.events:
            self._keep(ChangedCase(before=before, decision=course.decision(), situation=course.situation))


def changed_cases(
    unit: UnitOfWork, definitions: Definitions, first: ChangedCase, situation: SituationOf
) -> tuple[ChangedCase, ...]:
    """Return every case that a decision changes with what was decided on it, the case of the command first."""
    has_family = first.decision.sub_cases or (
        first.decision.case.parent is not None and first.decision.case.closed_at is not None
    )
    if not has_family and _overtaking(first.decision) is None:
        return (first,)
    return _Family(unit, definitions, situation).follow(first, first.situation.actor)


def _overtaking(decision: Decision) -> events.TaskClaimed | None:
    """Return the claim that passed an earlier case over, None where there is none."""
    claims = (event for event in decision.events if isinstance(event, events.TaskClaimed))
    return next((claim for claim in claims if claim.overtook is not None), None)


def _together(first: Decision, then: Decision) -> Decision:
    return Decision(
        case=then.case,
        events=(*first.events, *then.events),
        timers=(*first.timers, *then.timers),
        notices=(*first.notices, *then.notices),
        letters=(*first.letters, *then.letters),
        sub_cases=(*first.sub_cases, *then.sub_cases),
    )
