"""What a decision asks, what it leaves as it is, and what a later visit asks anew."""

import pytest

from tests.domain.walk import ANNA, ROMASHKA, SALES, Walk, a_field, a_process, a_stage, an_item, an_outcome, open_walk
from workflows.domain import commands, errors
from workflows.domain.definition import ChecklistItem, Closing, FieldType
from workflows.domain.ids import FieldName, ItemId, OutcomeId
from workflows.domain.text import Text

GOOD, BAD = OutcomeId("good"), OutcomeId("bad")
SIGNED, REASON, VERSION, FLAWS = (FieldName(name) for name in ("signed", "reason", "version", "flaws"))
REVIEW = a_process(
    a_stage(
        "apply",
        SALES,
        an_outcome("submit", "review"),
        form=(a_field("client", FieldType.CLIENT), a_field("signed", FieldType.DATE)),
    ),
    a_stage(
        "review",
        SALES,
        an_outcome("good", "over", "review_again", requires=(SIGNED,)),
        an_outcome("bad", "apply", requires=(REASON,)),
        form=(
            a_field("signed", FieldType.DATE, required=True, decisions=(GOOD,)),
            a_field("reason", required=True, decisions=(BAD,)),
            a_field("flaws", decisions=(BAD,), again=True),
            a_field("version", again=True),
        ),
        checklist=(
            an_item("read"),
            ChecklistItem(id=ItemId("sealed"), label=Text.same("sealed"), decisions=(GOOD,)),
        ),
    ),
    a_stage("review_again", SALES, an_outcome("done", "review")),
    ends={"over": Closing.BRANCH},
)


@pytest.fixture
def walk() -> Walk:
    """A case in whose first form a date was given, and whose review Anna has claimed."""
    walk = open_walk(definition=REVIEW, client=ROMASHKA, signed="2026-11-01")
    walk.claim("review", ANNA)
    return walk


def tick(walk: Walk, *items: str) -> None:
    for item in items:
        walk.do(commands.TickItem(task_id=walk.task("review").id, item=ItemId(item), done=True), ANNA)


def test_a_decision_requires_only_its_own_fields_and_ticks(walk: Walk) -> None:
    tick(walk, "read")

    walk.complete("review", ANNA, "bad", reason="Не та цена")

    assert walk.case.values[REASON] == "Не та цена"


def test_a_field_of_another_decision_keeps_its_fact_whatever_was_typed_into_it(walk: Walk) -> None:
    tick(walk, "read")

    walk.complete("review", ANNA, "bad", reason="Не та цена", signed="чушь")

    assert walk.case.values[SIGNED] == "2026-11-01"


def test_an_emptied_answer_of_the_decision_removes_its_fact(walk: Walk) -> None:
    tick(walk, "read")
    walk.complete("review", ANNA, "bad", reason="Не та цена", version="1")
    walk.finish("apply", ANNA, "submit", client=ROMASHKA)
    walk.claim("review", ANNA)
    tick(walk, "read")

    walk.complete("review", ANNA, "bad", reason="Снова")

    assert VERSION not in walk.case.values


def test_an_item_of_another_decision_need_not_be_ticked_and_its_own_must(walk: Walk) -> None:
    tick(walk, "read")

    with pytest.raises(errors.ChecklistOpen) as refused:
        walk.complete("review", ANNA, "good", signed="2026-11-02")

    assert refused.value.items == (ItemId("sealed"),)


def test_what_is_asked_again_was_true_of_its_visit_and_is_gone_when_a_later_visit_does_not_ask_for_it(
    walk: Walk,
) -> None:
    tick(walk, "read")
    walk.complete("review", ANNA, "bad", reason="Не та цена", flaws="Пятно")
    assert walk.case.values[FLAWS] == "Пятно"
    walk.finish("apply", ANNA, "submit", client=ROMASHKA)
    walk.claim("review", ANNA)
    tick(walk, "read", "sealed")

    walk.complete("review", ANNA, "good", signed="2026-11-02")

    assert FLAWS not in walk.case.values
    assert walk.case.values[REASON] == "Не та цена"
