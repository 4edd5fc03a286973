"""Outcomes that one press completes a task with: what they may lack, and the guards that they pass all the same."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from tests.domain.walk import (
    ANNA,
    COMPANY,
    SALES,
    SUPPORT,
    TATIANA,
    Walk,
    a_field,
    a_process,
    a_stage,
    an_item,
    an_outcome,
    first_task,
    open_walk,
    when,
)
from workflows.domain import commands, errors, events
from workflows.domain.case import TaskStatus
from workflows.domain.decision import Decision, EarlierCase
from workflows.domain.definition import Closing, LetterRule, Outcome, Preview, Recipient
from workflows.domain.facts.conditions import Outside
from workflows.domain.forms.one_press import outcomes_at_hand
from workflows.domain.ids import CaseId, FieldName, OutcomeId, TemplateName

NOTE, REASON = a_field("note"), a_field("reason", required=True)
LETTER = (LetterRule(template=TemplateName("refusal"), to=Recipient.CLIENT),)


def walk_with(*outcomes: Outcome, **more: object) -> Walk:
    """Open a case whose second stage, of support, has these outcomes."""
    start = a_stage("start", SALES, an_outcome("go", "work"), form=(NOTE,))
    work = a_stage("work", SUPPORT, *outcomes, **more)
    return open_walk("go", definition=a_process(start, work, ends={"end": Closing.CASE}), note="urgent")


NOTHING = Outside()


def at_hand(walk: Walk, outside: Outside = NOTHING) -> list[str]:
    """Return the outcomes that one press completes the second stage with."""
    return [outcome.id for outcome in outcomes_at_hand(walk.case, walk.task("work"), walk.definition, outside)]


def press(walk: Walk, outcome: str, earlier: EarlierCase | None = None, reason: str | None = None) -> Decision:
    """Press the button of an outcome on the card of the second stage."""
    command = commands.CompleteTask(
        task_id=walk.task("work").id, outcome=OutcomeId(outcome), values={}, claims=True, reason=reason
    )
    return walk.do(command, TATIANA, earlier)


def test_an_outcome_that_needs_nothing_is_at_hand_once_the_task_is_claimed() -> None:
    walk = walk_with(an_outcome("done", "end"))

    before = at_hand(walk)
    walk.claim("work", TATIANA)

    assert (before, at_hand(walk)) == ([], ["done"])


def test_one_at_once_is_at_hand_before_the_task_is_claimed_and_none_when_it_is_over() -> None:
    walk = walk_with(an_outcome("done", "end", at_once=True), an_outcome("other", "end"))

    before = at_hand(walk)
    walk.finish("work", TATIANA, "done")

    assert (before, at_hand(walk)) == (["done"], [])


def test_an_answer_or_a_tick_that_is_missing_keeps_an_outcome_off_the_card() -> None:
    walk = walk_with(
        an_outcome("asks", "end", requires=(REASON.name,)),
        an_outcome("ticked", "end"),
        an_outcome("known", "end", requires=(NOTE.name,), needs_checklist=False),
        form=(REASON, NOTE),
        checklist=(an_item("checked"),),
    )
    walk.claim("work", TATIANA)

    before = at_hand(walk)
    walk.do(commands.TickItem(task_id=walk.task("work").id, item=an_item("checked").id, done=True), TATIANA)

    assert (before, at_hand(walk)) == (["known"], ["ticked", "known"])


def test_an_outcome_whose_condition_does_not_hold_is_not_at_hand() -> None:
    never = when("visit == 9", lambda facts: facts["visit"] == 9)
    walk = walk_with(an_outcome("done", "end", when=never), an_outcome("other", "end"))
    walk.claim("work", TATIANA)

    assert at_hand(walk) == ["other"]


@pytest.mark.parametrize(
    ("preview", "letters", "is_at_hand"),
    [
        (Preview.OUTSIDE, (), True),
        (Preview.OUTSIDE, LETTER, False),
        (Preview.ALWAYS, (), False),
        (Preview.NEVER, LETTER, True),
    ],
)
def test_what_has_to_be_seen_before_it_is_sent_needs_the_form(
    preview: Preview, letters: tuple[LetterRule, ...], is_at_hand: bool
) -> None:
    walk = walk_with(an_outcome("done", "end", preview=preview, letters=letters))
    walk.claim("work", TATIANA)

    assert at_hand(walk) == (["done"] if is_at_hand else [])


def test_the_answers_of_an_earlier_visit_do_not_complete_a_later_one_unseen() -> None:
    walk = walk_with(an_outcome("done", "end", requires=(NOTE.name,)), an_outcome("fine", "end"), form=(NOTE,))
    walk.claim("work", TATIANA)
    later = replace(walk.task("work"), visit=2)

    found = outcomes_at_hand(walk.case, later, walk.definition, NOTHING)

    assert [outcome.id for outcome in found] == ["fine"]


def test_one_press_claims_and_completes() -> None:
    walk = walk_with(an_outcome("done", "end", at_once=True))
    walk.let_pass(minutes=5)

    decision = press(walk, "done")

    claimed, completed = decision.events[:2]
    assert isinstance(claimed, events.TaskClaimed)
    assert isinstance(completed, events.TaskCompleted)
    task = walk.task("work")
    assert (task.status, task.assignee, task.outcome) == (TaskStatus.COMPLETED, TATIANA, "done")


def test_one_press_passes_every_guard() -> None:
    walk = walk_with(an_outcome("done", "end", at_once=True), an_outcome("other", "end"))
    earlier = EarlierCase(case_id=CaseId(9), number="ONB-0", client=None, task_id=first_task(9), opened_at=walk.now)

    with pytest.raises(errors.NotClaimed):
        press(walk, "other")
    with pytest.raises(errors.EarlierClientWaits):
        press(walk, "done", earlier)
    with pytest.raises(errors.NotACandidate):
        walk.do(
            commands.CompleteTask(
                task_id=walk.task("work").id, outcome=OutcomeId("done"), values={FieldName("x"): "y"}, claims=True
            ),
            ANNA,
        )
    press(walk, "done", earlier, "their launch is tomorrow")

    with pytest.raises(errors.TaskIsClosed):
        press(walk, "done")


def test_one_press_on_a_task_that_somebody_has_is_told_who() -> None:
    walk = walk_with(an_outcome("done", "end", at_once=True))
    walk.claim("work", COMPANY.departments[SUPPORT].head)

    with pytest.raises(errors.TakenBy):
        press(walk, "done")


def test_the_day_and_the_records_of_a_case_decide_what_is_at_hand() -> None:
    def is_late(facts: Mapping[str, object]) -> bool:
        return facts.get("today") == date(2026, 12, 1)

    def is_gold(facts: Mapping[str, object]) -> bool:
        return facts.get("note.kind") == "gold"

    late = replace(an_outcome("late", "end"), when=when('today == "2026-12-01"', is_late))
    gift = replace(an_outcome("gift", "end"), when=when('note.kind == "gold"', is_gold))
    walk = walk_with(late, gift)
    walk.claim("work", TATIANA)

    gold = Outside(records={FieldName("note"): {"kind": "gold"}})
    assert at_hand(walk) == []
    assert at_hand(walk, Outside(today=date(2026, 12, 1))) == ["late"]
    assert at_hand(walk, gold) == ["gift"]
