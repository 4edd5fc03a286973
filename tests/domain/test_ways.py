"""Ways that depend on the facts, joins that need only some handovers, and the ends of loops."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from tests.domain.walk import (
    ANNA,
    BOARD,
    DEVELOPMENT,
    NIKOLAY,
    ROMAN,
    SALES,
    STEPAN,
    SUPPORT,
    TATIANA,
    VERA,
    a_field,
    a_process,
    a_stage,
    an_outcome,
    open_walk,
    when,
)
from workflows.domain import errors, events
from workflows.domain.case import CaseStatus
from workflows.domain.compiled import Condition
from workflows.domain.definition import (
    Closing,
    FieldType,
    JoinNeed,
    Outcome,
    Target,
    VisitLimit,
    WorkflowDefinition,
)
from workflows.domain.ids import OutcomeId, StageId
from workflows.domain.text import Text

ENDS = {"over": Closing.CASE, "branch_over": Closing.BRANCH, "refused": Closing.CASE_AT_ONCE}


def over(limit: int) -> Condition:
    """Build the condition that the amount is above a limit."""
    return when(f"amount > {limit}", _amount(lambda amount: amount > limit))


def up_to(limit: int) -> Condition:
    """Build the condition that the amount is not above a limit."""
    return when(f"amount <= {limit}", _amount(lambda amount: amount <= limit))


def _amount(test: Callable[[Decimal], bool]) -> Callable[[Mapping[str, object]], bool]:
    def holds(facts: Mapping[str, object]) -> bool:
        amount = facts.get("amount")
        return isinstance(amount, Decimal) and test(amount)

    return holds


def leads(name: str, *targets: tuple[str, Condition | None]) -> Outcome:
    """Build an outcome whose targets have conditions."""
    to = tuple(Target(to=StageId(place), when=condition) for place, condition in targets)
    return Outcome(id=OutcomeId(name), title=Text.same(name), targets=to, requires=())


def by_amount(need: JoinNeed | int = JoinNeed.ALL) -> WorkflowDefinition:
    """Build a process in which the amount decides who looks at an application: nobody, one, or two; then it is paid."""
    ask = leads("ask", ("head", over(100)), ("director", over(1000)), ("paid", up_to(100)), ("archive", None))
    only_known = leads("hurry", ("head", over(100)), ("director", over(1000)))
    return a_process(
        a_stage("apply", SALES, ask, only_known, form=(a_field("amount", FieldType.MONEY),)),
        a_stage("head", SUPPORT, an_outcome("fine", "paid"), an_outcome("drop", "branch_over")),
        a_stage("director", BOARD, an_outcome("fine", "paid")),
        a_stage("archive", SALES, an_outcome("kept", "branch_over")),
        a_stage(
            "paid", DEVELOPMENT, an_outcome("done", "over"), joins=(StageId("head"), StageId("director")), need=need
        ),
        ends=ENDS,
    )


@pytest.mark.parametrize(
    ("amount", "stages"),
    [("500", ["archive", "head"]), ("5000", ["archive", "director", "head"]), ("50", ["archive", "paid"])],
)
def test_the_facts_decide_which_ways_are_taken(amount: str, stages: list[str]) -> None:
    walk = open_walk("ask", definition=by_amount(JoinNeed.BEGUN), amount=amount)

    assert sorted(walk.open_stages()) == stages
    assert sorted(walk.task("apply").went_to) == stages


def test_what_leads_nowhere_is_refused_and_the_task_stays() -> None:
    process = a_process(
        a_stage("take", SALES, an_outcome("next", "check")),
        a_stage("check", SUPPORT, leads("on", ("over", over(100))), form=(a_field("amount", FieldType.MONEY),)),
        ends=ENDS,
    )
    walk = open_walk("next", definition=process)
    walk.claim("check", TATIANA)

    with pytest.raises(errors.NoWayOpen) as refusal:
        walk.complete("check", TATIANA, "on", amount="50")

    assert (refusal.value.stage, refusal.value.outcome) == ("check", "on")
    assert walk.task("check").assignee == TATIANA
    walk.complete("check", TATIANA, "on", amount="500")
    assert walk.case.status is CaseStatus.COMPLETED


def test_a_join_waits_for_those_that_were_begun() -> None:
    walk = open_walk("ask", definition=by_amount(JoinNeed.BEGUN), amount="5000")

    walk.finish("head", TATIANA, "fine")
    assert "paid" not in walk.open_stages(), "the director has it too"
    walk.finish("director", VERA, "fine")

    assert walk.task("paid").came_from == (walk.task("head").id, walk.task("director").id)


def test_a_join_does_not_wait_for_what_was_never_begun() -> None:
    walk = open_walk("ask", definition=by_amount(JoinNeed.BEGUN), amount="500")

    walk.finish("head", TATIANA, "fine")

    assert walk.task("paid").came_from == (walk.task("head").id,)


def test_a_join_goes_on_when_the_last_that_was_begun_ends_elsewhere() -> None:
    walk = open_walk("ask", definition=by_amount(JoinNeed.BEGUN), amount="5000")
    walk.finish("director", VERA, "fine")
    assert "paid" not in walk.open_stages()

    walk.finish("head", TATIANA, "drop")

    assert walk.task("paid").came_from == (walk.task("director").id,)


def votes(need: JoinNeed | int) -> WorkflowDefinition:
    """Build a process with three voters and a stage that needs some of them."""
    return a_process(
        a_stage("ask", SALES, an_outcome("vote", "one", "two", "three")),
        a_stage("one", SUPPORT, an_outcome("yes", "count")),
        a_stage("two", BOARD, an_outcome("yes", "count")),
        a_stage("three", DEVELOPMENT, an_outcome("yes", "count")),
        a_stage(
            "count",
            SALES,
            an_outcome("enough", "branch_over"),
            an_outcome("again", "one"),
            an_outcome("anew", "ask"),
            joins=(StageId("one"), StageId("two"), StageId("three")),
            need=need,
        ),
        ends=ENDS,
    )


def test_the_first_handover_is_enough_where_any_is_needed() -> None:
    walk = open_walk("vote", definition=votes(1))

    walk.finish("two", VERA, "yes")

    assert sorted(walk.open_stages()) == ["count", "one", "three"]


def test_two_of_three_are_enough() -> None:
    walk = open_walk("vote", definition=votes(2))
    walk.finish("two", VERA, "yes")
    assert "count" not in walk.open_stages()

    walk.finish("three", ROMAN, "yes")

    assert walk.task("count").came_from == (walk.task("two").id, walk.task("three").id)


def test_who_comes_late_joins_what_is_under_way() -> None:
    walk = open_walk("vote", definition=votes(1))
    walk.finish("two", VERA, "yes")

    walk.finish("one", TATIANA, "yes")

    assert walk.task("count").visit == 1
    assert walk.task("one").id in walk.task("count").came_from


def test_who_comes_too_late_begins_nothing_again() -> None:
    walk = open_walk("vote", definition=votes(1))
    walk.finish("two", VERA, "yes")
    walk.finish("count", ANNA, "enough")

    walk.finish("one", TATIANA, "yes")
    assert walk.open_stages() == ["three"]
    walk.finish("three", ROMAN, "yes")

    assert (walk.case.status, walk.case.end) == (CaseStatus.COMPLETED, "branch_over")
    assert walk.task("one").id in walk.task("count").came_from, "the history knows that it came"


def test_work_that_is_repeated_begins_the_stage_again() -> None:
    walk = open_walk("vote", definition=votes(1))
    walk.finish("one", TATIANA, "yes")
    walk.finish("count", ANNA, "again")

    walk.finish("one", STEPAN, "yes")

    assert walk.task("count").visit == 2


def test_a_loop_from_the_start_begins_the_stage_again() -> None:
    walk = open_walk("vote", definition=votes(2))
    walk.finish("one", TATIANA, "yes")
    walk.finish("two", VERA, "yes")
    walk.finish("count", ANNA, "anew")
    walk.finish("ask", ANNA, "vote")

    walk.finish("two", VERA, "yes")
    assert "count" not in walk.open_stages(), "the other two are asked again"
    walk.finish("one", TATIANA, "yes")

    assert walk.task("count").visit == 2


def acceptance(otherwise: str = "director") -> WorkflowDefinition:
    """Build a process in which the acceptance may fail twice, then it goes elsewhere."""
    return a_process(
        a_stage("order", SALES, an_outcome("begin", "build")),
        a_stage("build", DEVELOPMENT, an_outcome("built", "accept")),
        a_stage(
            "accept",
            SUPPORT,
            an_outcome("fine", "over"),
            an_outcome("findings", "build"),
            at_most=VisitLimit(visits=2, otherwise=Target(to=StageId(otherwise))),
        ),
        a_stage("director", BOARD, an_outcome("fine", "over"), an_outcome("no", "refused")),
        ends=ENDS,
    )


def test_a_loop_ends_after_so_many_visits() -> None:
    walk = open_walk("begin", definition=acceptance())
    for _ in range(2):
        walk.finish("build", ROMAN, "built")
        walk.finish("accept", NIKOLAY, "findings")

    decision = walk.finish("build", ROMAN, "built")

    assert walk.open_stages() == ["director"]
    assert walk.task("build").went_to == ("director",)
    ended = [event for event in decision.events if isinstance(event, events.LoopEnded)]
    assert [(event.stage, event.visits, event.to) for event in ended] == [("accept", 2, "director")]


def test_a_loop_can_end_the_case() -> None:
    walk = open_walk("begin", definition=acceptance("refused"))
    for _ in range(2):
        walk.finish("build", ROMAN, "built")
        walk.finish("accept", NIKOLAY, "findings")

    walk.finish("build", ROMAN, "built")

    assert (walk.case.status, walk.case.end) == (CaseStatus.COMPLETED, "refused")


def test_a_stage_that_leads_to_itself_ends_too() -> None:
    process = a_process(
        a_stage("begin", SALES, an_outcome("on", "again")),
        a_stage(
            "again",
            SUPPORT,
            an_outcome("more", "again"),
            at_most=VisitLimit(visits=2, otherwise=Target(to=StageId("over"))),
        ),
        ends=ENDS,
    )
    walk = open_walk("on", definition=process)

    walk.finish("again", TATIANA, "more")
    walk.finish("again", TATIANA, "more")

    assert (walk.case.status, walk.case.end) == (CaseStatus.COMPLETED, "over")


def test_rework_is_no_further_visit() -> None:
    walk = open_walk("begin", definition=acceptance())
    walk.finish("build", ROMAN, "built")
    walk.finish("accept", NIKOLAY, "findings")
    walk.finish("build", ROMAN, "built")
    walk.claim("accept", NIKOLAY)
    walk.return_to("accept", NIKOLAY, "build")

    walk.hand_back("build", ROMAN)

    assert walk.open_stages() == ["accept"]
    assert walk.task("accept").visit == 2


def test_corrected_work_comes_back_to_who_returned_it_whatever_the_facts_say_now() -> None:
    walk = open_walk("hurry", definition=by_amount(JoinNeed.BEGUN), amount="5000")
    walk.claim("director", VERA)
    walk.return_to("director", VERA, "apply", "Не та сумма")

    walk.hand_back("apply", ANNA, amount="500")

    assert walk.task("director").assignee == VERA
    assert sorted(walk.open_stages()) == ["director", "head"]
