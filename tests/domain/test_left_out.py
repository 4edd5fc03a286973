"""Stages that a case goes without: by a condition, or because somebody has switched them off."""

import pytest

from tests.domain.test_ways import ENDS, over, up_to
from tests.domain.walk import (
    ANNA,
    BOARD,
    IVAN,
    MARIA,
    NIKOLAY,
    ROMAN,
    SALES,
    SUPPORT,
    TATIANA,
    VERA,
    a_field,
    a_process,
    a_stage,
    an_outcome,
    open_walk,
)
from workflows.domain import commands, errors, events
from workflows.domain.case import CaseStatus
from workflows.domain.definition import Closing, FieldType, WorkflowDefinition
from workflows.domain.ids import CaseId, OutcomeId, PersonId, StageId
from workflows.domain.routes.left_out import WITHOUT, first_stage, switchable

APPROVAL = StageId("approval")


def appeals(**of_approval: object) -> WorkflowDefinition:
    """Build a process whose answer is approved, unless the approval is left out."""
    return a_process(
        a_stage("register", SALES, an_outcome("taken", "answer"), form=(a_field("amount", FieldType.MONEY),)),
        a_stage("answer", SUPPORT, an_outcome("written", "approval"), an_outcome("none", "refused")),
        a_stage(
            "approval",
            BOARD,
            an_outcome("approved", "send"),
            an_outcome("wrong", "answer"),
            left_out_as=OutcomeId("approved"),
            **of_approval,
        ),
        a_stage("send", SALES, an_outcome("sent", "over")),
        ends=ENDS,
    )


def switching(off: bool = True, stage: str = APPROVAL) -> commands.SwitchStage:
    return commands.SwitchStage(case_id=CaseId(1), stage=StageId(stage), off=off)


def test_a_stage_is_left_out_when_its_condition_holds() -> None:
    walk = open_walk("taken", definition=appeals(skip_when=up_to(1000)), amount="500")

    decision = walk.finish("answer", TATIANA, "written")

    assert walk.open_stages() == ["send"]
    (skipped,) = [event for event in decision.events if isinstance(event, events.StageSkipped)]
    assert (skipped.stage, skipped.outcome, skipped.went_to, skipped.switched_off) == (
        "approval",
        "approved",
        ("send",),
        False,
    )
    assert walk.task("send").came_from == (skipped.task_id,)


def test_a_stage_is_not_left_out_when_its_condition_does_not_hold() -> None:
    walk = open_walk("taken", definition=appeals(skip_when=up_to(1000)), amount="5000")

    walk.finish("answer", TATIANA, "written")

    assert walk.open_stages() == ["approval"]


def test_the_next_stage_gets_the_message_of_the_one_that_was_left_out() -> None:
    walk = open_walk("taken", definition=appeals(skip_when=up_to(1000)), amount="500")

    decision = walk.finish("answer", TATIANA, "written")

    assert [(letter.template, letter.stage, letter.by) for letter in decision.letters] == [
        ("to_approval", "approval", TATIANA),
        ("to_send", "send", TATIANA),
    ]


def test_the_opener_is_asked_which_stages_the_case_goes_without() -> None:
    process = appeals(optional=True)

    question = first_stage(process).form[-1]
    walk = open_walk("taken", definition=process, amount="1", _without=["approval"])

    assert (question.name, [option.id for option in question.options]) == (WITHOUT, ["approval"])
    assert walk.case.switched_off == {APPROVAL}
    assert WITHOUT not in walk.case.values
    walk.finish("answer", TATIANA, "written")
    assert walk.open_stages() == ["send"]


def test_a_process_without_optional_stages_asks_nothing_more() -> None:
    process = appeals(skip_when=over(1))

    assert first_stage(process) is process.stages[process.start]


@pytest.mark.parametrize("person", [ANNA, VERA, MARIA])
def test_the_opener_a_head_and_a_manager_switch_a_stage_off_and_on(person: PersonId) -> None:
    walk = open_walk("taken", definition=appeals(optional=True), amount="1")

    walk.do(switching(), person)
    walk.do(switching(off=False), person)
    walk.do(switching(), person)
    walk.finish("answer", TATIANA, "written")

    assert walk.open_stages() == ["send"]


@pytest.mark.parametrize("person", [IVAN, NIKOLAY, ROMAN])
def test_others_do_not(person: PersonId) -> None:
    walk = open_walk("taken", definition=appeals(optional=True), amount="1")

    with pytest.raises(errors.MayNotSwitch):
        walk.do(switching(), person)

    assert switchable(walk.case, walk.definition, walk.company, person) == ()


def test_a_stage_under_way_cannot_be_switched_off() -> None:
    walk = open_walk("taken", definition=appeals(optional=True), amount="1")
    walk.finish("answer", TATIANA, "written")

    with pytest.raises(errors.StageHasBegun):
        walk.do(switching(), ANNA)
    assert switchable(walk.case, walk.definition, walk.company, ANNA) == ()

    walk.finish("approval", VERA, "wrong")
    walk.do(switching(), ANNA)
    walk.finish("answer", TATIANA, "written")
    assert walk.open_stages() == ["send"], "its next visit is left out"


@pytest.mark.parametrize("stage", ["answer", "nowhere"])
def test_only_an_optional_stage_can_be_switched_off(stage: str) -> None:
    walk = open_walk("taken", definition=appeals(optional=True), amount="1")

    with pytest.raises(errors.StageNotOptional):
        walk.do(switching(stage=stage), ANNA)


def test_switching_twice_changes_nothing() -> None:
    walk = open_walk("taken", definition=appeals(optional=True), amount="1")

    with pytest.raises(errors.NothingChanges):
        walk.do(switching(off=False), ANNA)


def test_a_closed_case_is_not_switched() -> None:
    walk = open_walk("taken", definition=appeals(optional=True), amount="1")
    walk.finish("answer", TATIANA, "none")

    with pytest.raises(errors.CaseIsClosed):
        walk.do(switching(), ANNA)


def test_work_is_returned_past_the_stage_that_was_left_out() -> None:
    walk = open_walk("taken", definition=appeals(skip_when=up_to(1000)), amount="500")
    walk.finish("answer", TATIANA, "written")
    walk.claim("send", ANNA)

    walk.return_to("send", ANNA, "answer", "Нет подписи")
    assert walk.task("answer").assignee == TATIANA
    walk.hand_back("answer", TATIANA)

    assert walk.open_stages() == ["send"]
    assert walk.task("send").assignee == ANNA


def test_in_a_circle_of_stages_that_are_left_out_somebody_has_to_look_at_last() -> None:
    never = {"skip_when": up_to(1000), "left_out_as": OutcomeId("on")}
    process = a_process(
        a_stage("take", SALES, an_outcome("on", "one"), form=(a_field("amount", FieldType.MONEY),)),
        a_stage("one", SUPPORT, an_outcome("on", "two"), an_outcome("stop", "over"), **never),
        a_stage("two", BOARD, an_outcome("on", "one"), **never),
        ends={"over": Closing.CASE},
    )

    walk = open_walk("on", definition=process, amount="5")

    assert walk.case.status is CaseStatus.ACTIVE
    assert len(walk.open_stages()) == 1


def test_a_case_that_a_stage_left_out_has_ended_begins_nothing_more() -> None:
    waiting = {"joins": (StageId("never"),), "skip_when": up_to(1000)}
    definition = a_process(
        a_stage("register", SALES, an_outcome("taken", "first", "second"), form=(a_field("amount", FieldType.MONEY),)),
        a_stage("first", BOARD, an_outcome("on", "now"), **waiting),
        a_stage("second", SUPPORT, an_outcome("on", "over"), joins=(StageId("never"),)),
        a_stage("never", SUPPORT, an_outcome("on", "over")),
        ends={"now": Closing.CASE_AT_ONCE, "over": Closing.CASE},
    )

    walk = open_walk("taken", definition=definition, amount="500")

    assert walk.case.status is CaseStatus.COMPLETED
    assert list(walk.case.unfinished_tasks()) == []
