"""Returned work: it waits while it is corrected, comes back to whoever returned it, and is never lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.walk import (
    ANNA,
    COMPANY,
    GOODS_ROWS,
    NIKOLAY,
    NOON,
    ONBOARDING,
    PAVEL,
    ROMAN,
    ROMASHKA,
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
from workflows.domain.case import CaseStatus, Correction, Return, TaskStatus
from workflows.domain.definition import Closing, FieldType, Stage
from workflows.domain.evolve import evolve
from workflows.domain.filling import Filling
from workflows.domain.ids import FieldName, ItemId, OutcomeId, PersonId, StageId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.people import Organisation
from workflows.domain.timers import ArmTimer, CancelTimers, TimerKind
from workflows.domain.visits import rework

FINDINGS = FieldName("findings")


@pytest.fixture
def testing() -> Walk:
    """A case in testing: catalogue and module have both handed over, acceptance is open beside it."""
    walk = open_walk()
    walk.finish("catalogue", TATIANA, "entered", goods=GOODS_ROWS)
    walk.finish("module", ROMAN, "ready", version="1.0")
    return walk


def without(person: PersonId, company: Organisation = COMPANY) -> Organisation:
    return replace(company, people={p: member for p, member in company.people.items() if p != person})


def stage_of(walk: Walk, stage: str) -> Stage:
    return rework.stage_of(walk.case, walk.task(stage), walk.definition)


def told(walk: Walk) -> list[tuple[NoticeKind, PersonId]]:
    return [(n.kind, n.person) for n in walk.last.notices if isinstance(n, PersonalNotice)]


def test_what_is_returned_for_rework_is_done_by_the_same_person_at_once(testing: Walk) -> None:
    testing.claim("testing", TATIANA)

    decision = testing.return_to("testing", TATIANA, "module", " Не проходит оплата ")

    module, waiting = testing.task("module"), testing.task("testing")
    assert (waiting.status, waiting.assignee, waiting.rework) == (TaskStatus.SUSPENDED, TATIANA, module.id)
    assert (module.visit, module.assignee, module.status) == (1, ROMAN, TaskStatus.CLAIMED)
    asked = Return(task=waiting.id, stage=waiting.stage, by=TATIANA, reason="Не проходит оплата")
    assert (module.returns, module.came_from) == ((asked,), ("1.1",))
    assert decision.notices == (
        PersonalNotice(
            kind=NoticeKind.RETURNED_TO_YOU,
            person=ROMAN,
            task_id=module.id,
            values={"reason": "Не проходит оплата", "person": TATIANA},
        ),
    )


def test_corrected_work_goes_straight_back_to_who_returned_it(testing: Walk) -> None:
    testing.finish("acceptance", ANNA, "accepted")
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "module")

    testing.hand_back("module", ROMAN, "Включил оплату", version="1.1")

    module, back = testing.task("module"), testing.task("testing")
    assert testing.open_stages() == ["testing"], "sales has accepted the module already"
    assert (back.id, back.visit, back.assignee, back.status) == (module.returns[0].task, 1, TATIANA, TaskStatus.CLAIMED)
    assert (module.outcome, module.went_to) == ("ready", ("testing",))
    assert module.correction == Correction(fields=(FieldName("version"),), remark="Включил оплату", is_handed_back=True)
    assert (back.rework, module.id in back.came_from) == (module.id, True)
    assert told(testing) == [(NoticeKind.CAME_BACK, TATIANA)]
    assert rework.REMARK not in testing.case.values


def test_the_handover_is_written_anew_for_who_returned_the_work(testing: Walk) -> None:
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "module")

    decision = testing.hand_back("module", ROMAN, version="1.1")

    assert [(letter.template, letter.stage) for letter in decision.letters] == [("to_testing", "testing")]
    assert decision.letters[0].facts[FieldName("version")] == "1.1"


def test_whoever_returned_the_work_finds_what_was_ticked(testing: Walk) -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)
    walk.do(commands.TickItem(task_id=walk.task("catalogue").id, item=ItemId("prices_checked"), done=True), TATIANA)
    walk.return_to("catalogue", TATIANA, "apply")

    walk.hand_back("apply", ANNA, client=ROMASHKA)

    assert walk.task("catalogue").ticks == {"prices_checked"}
    assert walk.complete("catalogue", TATIANA, "entered", goods=GOODS_ROWS).case.latest(StageId("catalogue"))


def test_rework_offers_to_hand_back_and_new_decisions_but_not_the_one_that_stands(testing: Walk) -> None:
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "catalogue")

    stage = stage_of(testing, "catalogue")

    assert [outcome.id for outcome in stage.outcomes] == [rework.HAND_BACK, "nothing"]
    assert [field.name for field in stage.form] == ["goods", rework.REMARK]
    assert stage.outcomes[0].requires == ("goods",), "what the standing decision requires is still required"
    with pytest.raises(errors.UnknownOutcome):
        testing.finish("catalogue", TATIANA, "entered", goods=GOODS_ROWS)


def test_only_rework_can_be_handed_back(testing: Walk) -> None:
    testing.claim("testing", TATIANA)

    with pytest.raises(errors.UnknownOutcome):
        testing.complete("testing", TATIANA, rework.HAND_BACK)


def test_a_decision_that_no_longer_fits_the_answers_cannot_stand() -> None:
    process = a_process(
        a_stage(
            "order",
            SALES,
            an_outcome("small", "check", when=when("amount < 100", lambda f: f["amount"] < 100)),  # type: ignore[operator]  # the field is a number
            an_outcome("large", "approval", when=when("amount >= 100", lambda f: f["amount"] >= 100)),  # type: ignore[operator]  # as above
            form=(a_field("amount", FieldType.NUMBER, required=True),),
        ),
        a_stage("check", SUPPORT, an_outcome("done", "over")),
        a_stage("approval", SUPPORT, an_outcome("approved", "check")),
        ends={"over": Closing.CASE},
    )
    walk = open_walk("small", definition=process, amount="50")
    walk.claim("check", TATIANA)
    walk.return_to("check", TATIANA, "order")

    with pytest.raises(errors.OutcomeClosed):
        walk.complete("order", ANNA, rework.HAND_BACK, amount="500")

    walk.complete("order", ANNA, "large", amount="500")
    assert walk.open_stages() == ["check", "approval"]


def test_rework_is_the_visit_that_it_corrects_for_conditions_on_visit() -> None:
    process = a_process(
        a_stage(
            "order",
            SALES,
            an_outcome("begin", "check", "side", when=when("visit == 1", lambda f: f["visit"] == 1)),
            an_outcome("corrected", "check", when=when("visit > 1", lambda f: int(str(f["visit"])) > 1)),
        ),
        a_stage("check", SUPPORT, an_outcome("done", "over"), an_outcome("incomplete", "order")),
        a_stage("side", SUPPORT, an_outcome("done", "side_over")),
        ends={"over": Closing.CASE, "side_over": Closing.BRANCH},
    )
    walk = open_walk("begin", definition=process)
    walk.claim("side", TATIANA)
    walk.return_to("side", TATIANA, "order")

    walk.hand_back("order", ANNA)
    assert walk.open_stages() == ["check", "side"], "check has its handover and is not asked again"

    walk.finish("check", STEPAN, "incomplete")
    assert walk.task("order").visit == 2
    walk.finish("order", ANNA, "corrected")
    assert sorted(walk.open_stages()) == ["check", "side"]


def test_rework_gives_a_waiting_join_its_handover_too() -> None:
    walk = open_walk()
    walk.finish("module", ROMAN, "ready")
    walk.claim("acceptance", ANNA)
    walk.return_to("acceptance", ANNA, "module")
    walk.finish("catalogue", TATIANA, "entered", goods=GOODS_ROWS)
    assert walk.open_stages() == ["module"], "testing waits for the module that is being corrected"

    walk.hand_back("module", ROMAN)

    assert walk.open_stages() == ["acceptance", "testing"]


def test_a_join_stays_satisfied_by_rework_that_was_handed_back(testing: Walk) -> None:
    testing.claim("acceptance", ANNA)
    testing.return_to("acceptance", ANNA, "module")
    testing.hand_back("module", ROMAN)
    assert testing.task("module").went_to == ("acceptance",), "testing has the module already"
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "catalogue")

    testing.hand_back("catalogue", TATIANA, goods=GOODS_ROWS)

    assert testing.open_stages() == ["acceptance", "testing"]


def test_another_decision_goes_where_it_leads_and_gives_the_work_back_too(testing: Walk) -> None:
    testing.finish("acceptance", ANNA, "accepted")
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "catalogue")

    testing.complete("catalogue", TATIANA, "nothing")

    catalogue, back = testing.task("catalogue"), testing.task("testing")
    assert (testing.case.status, testing.open_stages()) == (CaseStatus.ACTIVE, ["testing"])
    assert (catalogue.outcome, catalogue.went_to) == ("nothing", ("no_goods",))
    assert catalogue.correction is not None
    assert not catalogue.correction.is_handed_back
    assert (back.assignee, back.rework) == (TATIANA, catalogue.id)


def test_another_decision_that_ends_the_case_withdraws_what_waits_and_tells_who_had_it() -> None:
    process = a_process(
        a_stage("order", SALES, an_outcome("begin", "check"), an_outcome("refuse", "refused")),
        a_stage("check", SUPPORT, an_outcome("done", "over")),
        ends={"over": Closing.CASE, "refused": Closing.CASE_AT_ONCE},
    )
    walk = open_walk("begin", definition=process)
    walk.claim("check", TATIANA)
    walk.return_to("check", TATIANA, "order")

    walk.complete("order", ANNA, "refuse")

    assert (walk.case.status, walk.task("check").status) == (CaseStatus.COMPLETED, TaskStatus.WITHDRAWN)
    assert told(walk) == [(NoticeKind.TASK_WITHDRAWN, TATIANA)]


def test_two_stages_that_return_to_one_each_get_theirs_back(testing: Walk) -> None:
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "module", "Не проходит оплата")
    testing.claim("acceptance", ANNA)

    testing.return_to("acceptance", ANNA, "module", "Нет логотипа")

    module = testing.task("module")
    assert testing.open_stages() == ["module"]
    assert [(each.stage, each.by, each.reason) for each in module.returns] == [
        ("testing", TATIANA, "Не проходит оплата"),
        ("acceptance", ANNA, "Нет логотипа"),
    ]
    assert told(testing) == [(NoticeKind.RETURNED_TO_YOU, ROMAN)]

    testing.hand_back("module", ROMAN)
    assert testing.open_stages() == ["acceptance", "testing"]
    assert (testing.task("acceptance").assignee, testing.task("testing").assignee) == (ANNA, TATIANA)
    assert told(testing) == [(NoticeKind.CAME_BACK, TATIANA), (NoticeKind.CAME_BACK, ANNA)]


def test_a_return_that_joined_rework_is_no_handover_to_return_to(testing: Walk) -> None:
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "module")
    testing.claim("acceptance", ANNA)
    testing.return_to("acceptance", ANNA, "module")

    with pytest.raises(errors.CannotReturn):
        testing.return_to("module", ROMAN, "acceptance")


def test_work_that_was_handed_over_anew_goes_to_everybody_whoever_also_returned_it(testing: Walk) -> None:
    testing.finish("testing", TATIANA, "failed", findings="Не проходит оплата")
    testing.claim("acceptance", ANNA)
    testing.return_to("acceptance", ANNA, "module", "Нет логотипа")
    assert [outcome.id for outcome in stage_of(testing, "module").outcomes] == ["ready"]

    testing.finish("module", ROMAN, "ready")

    assert testing.open_stages() == ["acceptance", "testing"]
    assert testing.task("acceptance").assignee == ANNA


def test_a_handover_that_joins_rework_makes_it_a_visit_for_everybody(testing: Walk) -> None:
    testing.claim("acceptance", ANNA)
    testing.return_to("acceptance", ANNA, "module", "Нет логотипа")
    testing.finish("testing", TATIANA, "failed", findings="Не проходит оплата")
    assert (testing.open_stages(), testing.task("module").visit) == (["module"], 2)

    testing.finish("module", ROMAN, "ready")

    assert testing.open_stages() == ["acceptance", "testing"]
    assert testing.task("acceptance").assignee == ANNA


def test_rework_returned_further_back_still_finds_its_way_to_who_asked_first(testing: Walk) -> None:
    testing.finish("acceptance", ANNA, "accepted")
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "module", "Не проходит оплата")
    testing.return_to("module", ROMAN, "apply", "Нет доступа к сайту")
    assert testing.open_stages() == ["apply"]

    testing.hand_back("apply", ANNA, client=ROMASHKA)
    assert (testing.open_stages(), testing.task("module").assignee) == (["module"], ROMAN)
    assert testing.task("module").returns[0].reason == "Не проходит оплата"
    testing.hand_back("module", ROMAN)

    assert (testing.open_stages(), testing.task("testing").assignee) == (["testing"], TATIANA)


def test_work_cannot_be_returned_to_a_stage_that_waits_for_this_very_task(testing: Walk) -> None:
    testing.finish("testing", TATIANA, "redo")
    testing.finish("apply", ANNA, "submit", client=ROMASHKA)
    testing.finish("catalogue", TATIANA, "entered", goods=GOODS_ROWS)
    testing.finish("module", ROMAN, "ready")
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "catalogue")
    testing.return_to("catalogue", TATIANA, "apply")

    with pytest.raises(errors.CannotReturn):
        testing.return_to("apply", ANNA, "testing")


def test_rework_of_somebody_who_has_left_goes_to_the_whole_department(testing: Walk) -> None:
    testing.finish("acceptance", ANNA, "accepted")
    testing.claim("testing", NIKOLAY)
    testing.company = without(TATIANA)

    decision = testing.return_to("testing", NIKOLAY, "catalogue")

    assert testing.task("catalogue").status is TaskStatus.READY
    assert decision.notices == ()


def test_who_returns_work_to_themselves_is_not_told_so(testing: Walk) -> None:
    testing.claim("testing", TATIANA)

    assert testing.return_to("testing", TATIANA, "catalogue").notices == ()
    assert testing.hand_back("catalogue", TATIANA, goods=GOODS_ROWS).notices == ()
    assert testing.task("testing").assignee == TATIANA


def test_work_of_a_returner_who_has_left_is_offered_and_the_head_is_told() -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)
    walk.return_to("catalogue", TATIANA, "apply")
    walk.let_pass(hours=3)
    walk.company = without(TATIANA)

    decision = walk.hand_back("apply", ANNA, client=ROMASHKA)

    back = walk.task("catalogue")
    assert (back.status, back.assignee, back.offered_at, back.generation) == (TaskStatus.READY, None, walk.now, 2)
    assert told(walk) == [(NoticeKind.CAME_BACK_TO_NOBODY, NIKOLAY)]
    armed = [change for change in decision.timers if isinstance(change, ArmTimer)]
    assert [(timer.task_id, timer.kind, timer.generation) for timer in armed] == [
        (back.id, TimerKind.REMIND, 2),
        (back.id, TimerKind.ESCALATE, 2),
        (back.id, TimerKind.LATE, 0),
    ]
    walk.claim("catalogue", STEPAN)
    assert walk.task("catalogue").assignee == STEPAN


def test_the_due_date_moves_by_the_time_that_others_needed() -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)
    due = NOON + timedelta(days=2)
    assert walk.task("catalogue").due_at == due
    walk.return_to("catalogue", TATIANA, "apply")
    walk.let_pass(days=1)

    decision = walk.hand_back("apply", ANNA, client=ROMASHKA)

    assert walk.task("catalogue").due_at == due + timedelta(days=1)
    armed = [change.kind for change in decision.timers if isinstance(change, ArmTimer)]
    assert armed == [TimerKind.LATE], "it is claimed already"


@pytest.mark.parametrize(
    "command",
    [
        lambda task: commands.ClaimTask(task_id=task),
        lambda task: commands.ReleaseTask(task_id=task),
        lambda task: commands.SaveDraft(task_id=task, filling=Filling(values=raw(findings="…"))),
        lambda task: commands.CompleteTask(task_id=task, outcome=OutcomeId("passed"), values={}),
        lambda task: commands.ReturnTask(task_id=task, to=StageId("module"), reason="Ещё раз"),
    ],
)
def test_a_task_that_waits_for_rework_is_left_alone(testing: Walk, command: object) -> None:
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "module")

    with pytest.raises(errors.TaskIsSuspended) as refusal:
        testing.do(command(testing.task("testing").id), TATIANA)  # type: ignore[operator]  # one of the functions above

    assert (refusal.value.stage, refusal.value.assignee) == ("module", ROMAN)


def test_a_head_reassigns_a_task_that_waits_and_it_comes_back_to_the_new_person(testing: Walk) -> None:
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "module")
    testing.let_pass(hours=1)

    testing.do(commands.ReassignTask(task_id=testing.task("testing").id, to=STEPAN), NIKOLAY)
    assert (testing.task("testing").status, testing.open_stages()) == (
        TaskStatus.SUSPENDED,
        ["acceptance", "module"],
    )
    testing.hand_back("module", ROMAN)

    assert (testing.task("testing").status, testing.task("testing").assignee) == (TaskStatus.CLAIMED, STEPAN)
    assert told(testing) == [(NoticeKind.CAME_BACK, STEPAN)]


def test_rework_that_was_reassigned_is_handed_back_by_the_new_person(testing: Walk) -> None:
    testing.claim("testing", NIKOLAY)
    testing.return_to("testing", NIKOLAY, "catalogue")
    testing.do(commands.ReassignTask(task_id=testing.task("catalogue").id, to=STEPAN), NIKOLAY)

    decision = testing.hand_back("catalogue", STEPAN, goods=GOODS_ROWS)

    assert (testing.task("testing").assignee, testing.task("testing").status) == (NIKOLAY, TaskStatus.CLAIMED)
    assert [n.values["person"] for n in decision.notices] == [STEPAN]


def test_rework_can_be_released_and_raced_for_and_still_comes_back(testing: Walk) -> None:
    testing.claim("testing", NIKOLAY)
    testing.return_to("testing", NIKOLAY, "catalogue")
    testing.do(commands.ReleaseTask(task_id=testing.task("catalogue").id), TATIANA)
    testing.claim("catalogue", STEPAN)
    with pytest.raises(errors.TakenBy):
        testing.claim("catalogue", TATIANA)

    testing.hand_back("catalogue", STEPAN, goods=GOODS_ROWS)

    assert testing.task("testing").assignee == NIKOLAY


def test_a_cancelled_case_withdraws_what_waits_too(testing: Walk) -> None:
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "module")

    decision = testing.do(commands.CancelCase(case_id=testing.case.id, reason="Клиент отказался"), VERA)

    assert testing.task("testing").status is TaskStatus.WITHDRAWN
    assert CancelTimers(task_id=testing.task("testing").id) in decision.timers
    assert (NoticeKind.TASK_WITHDRAWN, TATIANA) in told(testing)


def test_a_handover_reaches_a_stage_that_waits_without_waking_it(testing: Walk) -> None:
    testing.claim("testing", TATIANA)
    testing.return_to("testing", TATIANA, "catalogue")
    testing.claim("acceptance", PAVEL)
    testing.return_to("acceptance", PAVEL, "module")
    testing.hand_back("module", ROMAN)
    assert testing.task("testing").status is TaskStatus.SUSPENDED

    testing.hand_back("catalogue", TATIANA, goods=GOODS_ROWS)

    assert testing.task("testing").status is TaskStatus.CLAIMED


def test_work_can_be_returned_again_and_every_round_comes_back(testing: Walk) -> None:
    testing.claim("testing", TATIANA)
    for reason in ("Не проходит оплата", "Не проходит возврат"):
        testing.return_to("testing", TATIANA, "module", reason)
        assert [each.reason for each in testing.task("module").returns] == [reason]
        testing.hand_back("module", ROMAN)

    assert (testing.task("testing").visit, testing.task("testing").status) == (1, TaskStatus.CLAIMED)
    assert testing.task("module").visit == 1


def test_a_history_of_an_earlier_version_is_still_told(testing: Walk) -> None:
    testing.claim("testing", TATIANA)
    task = testing.task("testing")
    old = events.TaskReturned(at=testing.now, by=TATIANA, task_id=task.id, to=StageId("module"), reason="Нет логотипа")

    assert evolve(testing.case, old).tasks[task.id].status is TaskStatus.WITHDRAWN


def test_a_remark_is_not_kept_when_another_decision_leaves_it_as_it_was(testing: Walk) -> None:
    testing.finish("testing", TATIANA, "failed", findings="Не проходит оплата")
    testing.finish("module", ROMAN, "ready")

    testing.finish("testing", TATIANA, "passed", findings="Не проходит оплата")

    assert FINDINGS not in testing.case.values


def test_a_remark_that_is_new_is_kept_with_any_decision(testing: Walk) -> None:
    testing.finish("testing", TATIANA, "failed", findings="Не проходит оплата")
    testing.finish("module", ROMAN, "ready")

    testing.finish("testing", TATIANA, "passed", findings="Кнопка мелкая")

    assert testing.case.values[FINDINGS] == "Кнопка мелкая"


def test_a_letter_counts_a_remark_as_settled_once_an_earlier_visit_has_dealt_with_it(testing: Walk) -> None:
    testing.finish("testing", TATIANA, "failed", findings="Не проходит оплата")
    first = testing.finish("module", ROMAN, "ready")
    assert all(letter.settled == frozenset() for letter in first.letters)
    process = replace(
        ONBOARDING,
        stages={
            **ONBOARDING.stages,
            StageId("acceptance"): a_stage(
                "acceptance", SALES, an_outcome("accepted", "accepted"), an_outcome("again", "module")
            ),
        },
    )
    testing.definition = process
    testing.finish("acceptance", ANNA, "again")

    second = testing.finish("module", ROMAN, "ready")

    assert [letter.settled for letter in second.letters] == [frozenset({FINDINGS})] * 2
