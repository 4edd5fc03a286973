"""Approvals: who is asked, when the result is certain, what becomes of the others, and who stands in for whom."""

from dataclasses import replace
from itertools import product

import pytest

from tests.domain.walk import (
    ANNA,
    COMPANY,
    IVAN,
    MARIA,
    NIKOLAY,
    PAVEL,
    ROMAN,
    SALES,
    STEPAN,
    SUPPORT,
    TATIANA,
    VERA,
    Walk,
    a_field,
    a_process,
    a_stage,
    an_outcome,
    open_walk,
    raw,
    when,
)
from workflows.domain import commands, errors, events
from workflows.domain.case import Task, TaskStatus
from workflows.domain.definition import Approval, Closing, JoinNeed, Verdict, WorkflowDefinition
from workflows.domain.ids import OutcomeId, PersonId, StageId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.visits.visits import COMMENT, verdict_of
from workflows.domain.who import ButNot, WhoKind, WhoRule

YES, NO, AGAIN = "approved", "rejected", "returned"
NOTE = a_field("note")


def people(*names: PersonId) -> tuple[WhoRule, ...]:
    """Return the rule that names these people, in this order."""
    return (WhoRule(kind=WhoKind.OF, of=tuple(WhoRule(kind=WhoKind.PERSON, name=name) for name in names)),)


def process(work: Approval, *who: PersonId, but_not: ButNot | None = None) -> WorkflowDefinition:
    """Make a process: a request, its approval by these people, and work on it; or it is refused."""
    more = {} if but_not is None else {"but_not": but_not}
    return a_process(
        a_stage("request", SALES, an_outcome("asked", "approval"), form=(NOTE,)),
        a_stage(
            "approval",
            SUPPORT,
            an_outcome(YES, "work", verdict=Verdict.APPROVE),
            an_outcome(NO, "refused", verdict=Verdict.REJECT),
            an_outcome(AGAIN, "request", verdict=Verdict.RETURN),
            form=(NOTE,),
            work=work,
            who=people(*who),
            **more,
        ),
        a_stage("work", SALES, an_outcome("done", "over")),
        ends={"over": Closing.CASE, "refused": Closing.CASE},
    )


def asked(work: Approval, *who: PersonId, but_not: ButNot | None = None) -> Walk:
    """Open a case that is to be approved by these people."""
    return open_walk("asked", ANNA, process(work, *who, but_not=but_not), note="…")


def parts(walk: Walk) -> list[Task]:
    """Return the tasks of the approvers."""
    return [task for task in walk.case.tasks.values() if task.stage == "approval"]


def say(walk: Walk, by: PersonId, outcome: str, comment: str = "Так надо") -> None:
    """Give a verdict."""
    task = next(t for t in parts(walk) if t.assignee == by and t.is_open)
    done = commands.CompleteTask(
        task_id=task.id, outcome=OutcomeId(outcome), values={COMMENT: comment, **raw(note="…")}
    )
    walk.do(done, by)


def result(walk: Walk) -> str | None:
    """Return the outcome of the visit, or None."""
    completed = [e for d in walk.decisions for e in d.events if isinstance(e, events.VisitCompleted)]
    return completed[-1].outcome if completed else None


def told(walk: Walk, kind: NoticeKind) -> list[PersonId]:
    """Return whom the last decision told something."""
    return [n.person for n in walk.last.notices if n.kind is kind and isinstance(n, PersonalNotice)]


def test_each_approver_has_a_task_of_their_own_and_is_told() -> None:
    walk = asked(Approval(), NIKOLAY, TATIANA, ROMAN)

    assert [(t.assignee, t.status, t.candidates) for t in parts(walk)] == [
        (who, TaskStatus.CLAIMED, (who,)) for who in (NIKOLAY, TATIANA, ROMAN)
    ]
    assert told(walk, NoticeKind.YOUR_VERDICT) == [NIKOLAY, TATIANA, ROMAN]
    assert [t.department for t in parts(walk)] == ["support", "support", "development"]


def test_all_have_to_approve_and_the_work_goes_on_once() -> None:
    walk = asked(Approval(), NIKOLAY, TATIANA)

    say(walk, TATIANA, YES, "")
    assert walk.case.latest(StageId("work")) is None
    say(walk, NIKOLAY, YES, "")

    assert result(walk) == YES
    assert walk.task("work").came_from == (parts(walk)[0].id,)


def test_when_the_result_is_certain_the_others_are_withdrawn_politely_in_the_same_decision() -> None:
    walk = asked(Approval(need=2), NIKOLAY, TATIANA, ROMAN)

    say(walk, ROMAN, YES)
    say(walk, NIKOLAY, YES)

    assert [t.status for t in parts(walk)] == [TaskStatus.COMPLETED, TaskStatus.WITHDRAWN, TaskStatus.COMPLETED]
    assert told(walk, NoticeKind.TASK_WITHDRAWN) == [TATIANA]
    assert result(walk) == YES
    with pytest.raises(errors.TaskIsClosed):
        walk.do(commands.CompleteTask(task_id=parts(walk)[1].id, outcome=OutcomeId(NO), values={}), TATIANA)


def test_one_no_is_enough_where_all_have_to_approve() -> None:
    walk = asked(Approval(), NIKOLAY, TATIANA, ROMAN)

    say(walk, TATIANA, NO)

    assert result(walk) == NO
    assert walk.case.end == "refused"


def test_any_of_them_is_enough_and_only_when_all_say_no_it_is_refused() -> None:
    walk = asked(Approval(need=1), NIKOLAY, TATIANA)

    say(walk, NIKOLAY, NO)
    assert result(walk) is None
    say(walk, TATIANA, NO)

    assert result(walk) == NO


def test_what_anybody_wants_mended_is_returned_when_it_cannot_be_approved_any_more() -> None:
    walk = asked(Approval(need=2), NIKOLAY, TATIANA, ROMAN)

    say(walk, NIKOLAY, NO)
    say(walk, TATIANA, AGAIN)

    assert result(walk) == AGAIN
    assert (walk.task("request").status, walk.task("request").visit) == (TaskStatus.READY, 2)


def test_after_it_was_mended_everybody_is_asked_anew() -> None:
    walk = asked(Approval(), NIKOLAY, TATIANA)
    say(walk, NIKOLAY, YES)
    say(walk, TATIANA, AGAIN)

    walk.finish("request", ANNA, "asked", note="исправлено")

    assert [(t.visit, t.assignee) for t in parts(walk) if t.is_open] == [(2, NIKOLAY), (2, TATIANA)]


def test_in_turn_the_next_is_asked_when_the_one_before_has_approved() -> None:
    walk = asked(Approval(in_turn=True), NIKOLAY, TATIANA, ROMAN)
    assert [t.assignee for t in parts(walk)] == [NIKOLAY]

    say(walk, NIKOLAY, YES)
    assert [t.assignee for t in parts(walk) if t.is_open] == [TATIANA]
    assert told(walk, NoticeKind.YOUR_VERDICT) == [TATIANA]
    say(walk, TATIANA, NO)

    assert result(walk) == NO
    assert len(parts(walk)) == 2


def test_the_no_of_whoever_has_a_veto_counts_for_all() -> None:
    veto = WhoRule(kind=WhoKind.PERSON, name=ROMAN)
    walk = asked(Approval(need=2, veto=veto), NIKOLAY, TATIANA, ROMAN)

    say(walk, ROMAN, AGAIN)

    assert result(walk) == AGAIN


def test_a_no_needs_a_comment_and_a_yes_does_not() -> None:
    walk = asked(Approval(), NIKOLAY, TATIANA)

    with pytest.raises(errors.FormInvalid) as refused:
        say(walk, NIKOLAY, NO, "")
    say(walk, NIKOLAY, YES, "")

    assert set(refused.value.problems) == {COMMENT}
    assert parts(walk)[0].part
    assert parts(walk)[0].part.comment is None  # type: ignore[union-attr]  # it has a part


def test_comments_are_kept_with_whoever_made_them_and_are_no_facts() -> None:
    walk = asked(Approval(), NIKOLAY, TATIANA)

    say(walk, NIKOLAY, YES, "Но до пятницы")

    assert parts(walk)[0].part is not None
    assert parts(walk)[0].part.comment == "Но до пятницы"  # type: ignore[union-attr]  # it has a part
    assert set(walk.case.values) == {"note"}


def test_the_cards_of_the_others_show_a_verdict() -> None:
    walk = asked(Approval(), NIKOLAY, TATIANA)
    before = parts(walk)[1].revision

    say(walk, NIKOLAY, YES)

    assert parts(walk)[1].revision > before


def test_fewer_approvers_than_have_to_approve_are_joined_by_the_heads_above() -> None:
    walk = asked(Approval(need=2), STEPAN)

    assert [t.assignee for t in parts(walk)] == [STEPAN, NIKOLAY]


def test_who_asked_does_not_approve() -> None:
    walk = asked(Approval(), ANNA, TATIANA, but_not=ButNot(opener=True))

    assert [t.assignee for t in parts(walk)] == [TATIANA]


def test_nobody_has_two_verdicts() -> None:
    walk = asked(Approval(), TATIANA, NIKOLAY)

    with pytest.raises(errors.OneVerdictOnly):
        walk.do(commands.ReassignTask(task_id=parts(walk)[0].id, to=NIKOLAY), NIKOLAY)
    walk.do(commands.ReleaseTask(task_id=parts(walk)[0].id), TATIANA)
    with pytest.raises(errors.OneVerdictOnly):
        walk.do(commands.ClaimTask(task_id=parts(walk)[0].id), NIKOLAY)
    with pytest.raises(errors.NotACandidate):
        walk.do(commands.ClaimTask(task_id=parts(walk)[0].id), STEPAN)


def leaves(walk: Walk, person: PersonId) -> None:
    """Let somebody leave the company."""
    walk.company = replace(COMPANY, people={p: who for p, who in COMPANY.people.items() if p != person})


def test_for_an_approver_who_has_left_the_head_decides_and_is_told() -> None:
    walk = asked(Approval(), TATIANA, ROMAN)
    leaves(walk, TATIANA)

    walk.do(commands.ReviewTask(task_id=parts(walk)[0].id), None)

    assert parts(walk)[0].assignee == NIKOLAY
    assert told(walk, NoticeKind.YOUR_VERDICT) == [NIKOLAY]
    with pytest.raises(errors.NothingChanges):
        walk.do(commands.ReviewTask(task_id=parts(walk)[1].id), None)


def test_somebody_who_has_left_is_replaced_at_the_latest_when_another_decides() -> None:
    walk = asked(Approval(), TATIANA, ROMAN, VERA)
    leaves(walk, TATIANA)

    say(walk, ROMAN, YES)

    assert [t.assignee for t in parts(walk) if t.is_open] == [NIKOLAY, VERA]


@pytest.mark.parametrize("need", [None, 2])
def test_where_nobody_else_is_left_to_decide_for_a_leaver_the_others_do(need: int | None) -> None:
    walk = asked(Approval(need=need), NIKOLAY, TATIANA)
    everybody = walk.company.people
    walk.company = replace(walk.company, people={NIKOLAY: everybody[NIKOLAY]})

    decision = walk.do(commands.ReviewTask(task_id=parts(walk)[1].id), None)

    withdrawn = [event for event in decision.events if isinstance(event, events.TaskWithdrawn)]
    assert [each.because for each in withdrawn] == [events.Needless.NOBODY_DECIDES]
    assert [task.status for task in parts(walk)] == [TaskStatus.CLAIMED, TaskStatus.WITHDRAWN]
    walk.do(commands.CompleteTask(task_id=parts(walk)[0].id, outcome=OutcomeId(YES), values={}), NIKOLAY)
    assert walk.task("work").is_open


def test_in_turn_who_has_left_and_cannot_be_stood_in_for_is_passed_over() -> None:
    walk = asked(Approval(in_turn=True), NIKOLAY, TATIANA, STEPAN)
    everybody = walk.company.people
    walk.company = replace(walk.company, people={name: everybody[name] for name in (NIKOLAY, STEPAN)})

    walk.do(commands.CompleteTask(task_id=parts(walk)[0].id, outcome=OutcomeId(YES), values={}), NIKOLAY)

    assert [(task.assignee, task.status) for task in parts(walk)[1:]] == [
        (TATIANA, TaskStatus.WITHDRAWN),
        (STEPAN, TaskStatus.CLAIMED),
    ]


def test_whose_turn_it_would_be_but_has_left_is_stood_in_for_by_the_head() -> None:
    walk = asked(Approval(in_turn=True), STEPAN, TATIANA)
    leaves(walk, TATIANA)

    say(walk, STEPAN, YES)

    assert [t.assignee for t in parts(walk)] == [STEPAN, NIKOLAY]


def test_work_that_comes_back_to_an_approval_is_approved_anew_and_then_goes_on() -> None:
    walk = asked(Approval(), NIKOLAY, TATIANA)
    say(walk, NIKOLAY, YES)
    say(walk, TATIANA, YES)
    walk.claim("work", IVAN)

    walk.return_to("work", IVAN, "approval", "Сумма не та")

    again = [t for t in parts(walk) if t.is_open]
    assert [(t.visit, t.assignee, len(t.returns)) for t in again] == [(2, NIKOLAY, 1), (2, TATIANA, 1)]
    assert walk.task("work").status is TaskStatus.SUSPENDED
    say(walk, NIKOLAY, YES)
    assert walk.task("work").status is TaskStatus.SUSPENDED
    say(walk, TATIANA, YES)
    assert (walk.task("work").status, walk.task("work").assignee) == (TaskStatus.CLAIMED, IVAN)
    assert len([t for t in walk.case.tasks.values() if t.stage == "work"]) == 1


def test_an_approver_returns_by_the_verdict_only() -> None:
    walk = asked(Approval(), NIKOLAY, TATIANA)

    with pytest.raises(errors.CannotReturn):
        walk.do(commands.ReturnTask(task_id=parts(walk)[0].id, to=StageId("request"), reason="Не то"), NIKOLAY)


def test_a_certain_result_does_not_depend_on_the_order_of_those_who_decided_it() -> None:
    work, stage = Approval(need=2), process(Approval(need=2), NIKOLAY).stages[StageId("approval")]
    walk = asked(work, NIKOLAY, TATIANA, ROMAN)
    for outcomes in product((YES, NO, AGAIN, None), repeat=3):
        said = [
            replace(
                t, outcome=None if o is None else OutcomeId(o), status=t.status if o is None else TaskStatus.COMPLETED
            )
            for t, o in zip(parts(walk), outcomes, strict=True)
        ]
        assert verdict_of(stage, work, said) == verdict_of(stage, work, said[::-1])


@pytest.mark.parametrize("need", [None, 1, 2, 3])
def test_once_it_is_approved_or_cannot_be_any_more_no_further_verdict_changes_that(need: int | None) -> None:
    work, stage = Approval(need=need), process(Approval(need=need), NIKOLAY).stages[StageId("approval")]
    walk = asked(work, NIKOLAY, TATIANA, ROMAN)
    for outcomes in product((YES, NO, AGAIN), repeat=3):
        verdicts = []
        said = list(parts(walk))
        for at, outcome in enumerate(outcomes):
            said[at] = replace(said[at], outcome=OutcomeId(outcome), status=TaskStatus.COMPLETED)
            verdicts.append(verdict_of(stage, work, said))
        approved = [verdict is Verdict.APPROVE for verdict in verdicts if verdict is not None]
        assert approved
        assert len(set(approved)) == 1


def test_a_manager_who_is_nobody_of_them_cannot_decide() -> None:
    walk = asked(Approval(), NIKOLAY, TATIANA)

    with pytest.raises(errors.NotTheAssignee):
        walk.do(commands.CompleteTask(task_id=parts(walk)[0].id, outcome=OutcomeId(YES), values={}), MARIA)
    with pytest.raises(errors.NotTheAssignee):
        walk.do(commands.CompleteTask(task_id=parts(walk)[0].id, outcome=OutcomeId(YES), values={}), PAVEL)


def test_a_decision_that_leads_nowhere_is_put_before_somebody_and_the_head_is_told() -> None:
    definition = process(Approval(), TATIANA)
    approval = definition.stages[StageId("approval")]
    never = when("never", lambda _facts: False)
    outcomes = tuple(
        replace(each, targets=tuple(replace(target, when=never) for target in each.targets))
        for each in approval.outcomes
    )
    stages = {**definition.stages, approval.id: replace(approval, outcomes=outcomes)}
    walk = open_walk("asked", ANNA, replace(definition, stages=stages), note="…")

    walk.do(commands.CompleteTask(task_id=parts(walk)[0].id, outcome=OutcomeId(YES), values={}), TATIANA)

    again = walk.task("approval")
    assert (again.part, again.is_open) == (None, True)
    assert told(walk, NoticeKind.DECISION_NEEDED) == [NIKOLAY]
    (needed,) = [event for event in walk.last.events if isinstance(event, events.DecisionNeeded)]
    assert needed.because is events.Undecided.NO_WAY


@pytest.mark.parametrize("last", [0, 1])
def test_an_approval_that_waits_for_what_was_begun_is_begun_again_whoever_decided_it(last: int) -> None:
    definition = process(Approval(), NIKOLAY, TATIANA)
    approval = definition.stages[StageId("approval")]
    joining = replace(
        approval,
        joins=(StageId("request"), StageId("mend")),
        need=JoinNeed.BEGUN,
        outcomes=(*approval.outcomes[:2], an_outcome(AGAIN, "mend", verdict=Verdict.RETURN)),
    )
    mend = a_stage("mend", SALES, an_outcome("mended", "approval"))
    walk = open_walk(
        "asked", ANNA, replace(definition, stages={**definition.stages, joining.id: joining, mend.id: mend}), note="…"
    )
    first, second = (parts(walk)[at] for at in (1 - last, last))
    yes = commands.CompleteTask(task_id=first.id, outcome=OutcomeId(YES), values={})
    walk.do(yes, first.assignee)
    again = commands.CompleteTask(task_id=second.id, outcome=OutcomeId(AGAIN), values=raw(_comment="Не так"))
    walk.do(again, second.assignee)

    walk.finish("mend", IVAN, "mended")

    assert [task.status for task in parts(walk)[2:]] == [TaskStatus.CLAIMED] * 2
