"""What the assignee does with a task: drafts, ticks, answers, outcomes; and the comments of everybody."""

from dataclasses import replace

import pytest

from tests.domain.walk import (
    ANNA,
    DEVELOPMENT,
    GOODS,
    GOODS_ROWS,
    IVAN,
    MARIA,
    NIKOLAY,
    NOON,
    PAVEL,
    ROMAN,
    SALES,
    STEPAN,
    TATIANA,
    VERA,
    Walk,
    a_field,
    a_process,
    a_stage,
    an_outcome,
    first_task,
    open_walk,
    raw,
)
from workflows.domain import commands, errors, events
from workflows.domain.case import CaseStatus, TaskStatus
from workflows.domain.definition import Closing
from workflows.domain.facts.conditions import Around, open_outcomes
from workflows.domain.filling import Filling
from workflows.domain.ids import CaseId, FieldName, FileId, ItemId, OutcomeId, PersonId, StageId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.timers import CancelTimers
from workflows.domain.typed_texts import MAX_COMMENT, MAX_REASON

TASK = first_task(2)
CHECKED = ItemId("prices_checked")


@pytest.fixture
def walk() -> Walk:
    """A case whose catalogue Tatiana has claimed."""
    walk = open_walk()
    walk.claim("catalogue", TATIANA)
    return walk


def tick(done: bool = True, item: str = CHECKED) -> commands.TickItem:
    return commands.TickItem(task_id=TASK, item=ItemId(item), done=done)


def complete(outcome: str = "entered", **values: object) -> commands.CompleteTask:
    return commands.CompleteTask(task_id=TASK, outcome=OutcomeId(outcome), values=raw(**values))


def test_a_draft_is_the_assignees_and_changes_no_fact(walk: Walk) -> None:
    before = walk.case

    decision = walk.do(commands.SaveDraft(task_id=TASK, filling=Filling(values=raw(goods="чушь"))), TATIANA)

    assert (decision.case, decision.events) == (before, ())


def test_an_item_is_ticked_and_the_tick_taken_back(walk: Walk) -> None:
    walk.do(tick(), TATIANA)
    assert walk.task("catalogue").ticks == {CHECKED}

    walk.do(tick(done=False), TATIANA)
    assert walk.task("catalogue").ticks == frozenset()


def test_a_tick_that_is_there_already_changes_nothing(walk: Walk) -> None:
    with pytest.raises(errors.NothingChanges):
        walk.do(tick(done=False), TATIANA)
    walk.do(tick(), TATIANA)
    with pytest.raises(errors.NothingChanges):
        walk.do(tick(), TATIANA)


def test_the_check_list_of_a_form_is_kept_with_its_draft(walk: Walk) -> None:
    walk.do(commands.SaveDraft(task_id=TASK, filling=Filling(ticks={CHECKED: True})), TATIANA)
    assert walk.task("catalogue").ticks == {CHECKED}

    walk.do(commands.SaveDraft(task_id=TASK, filling=Filling()), TATIANA)
    assert walk.task("catalogue").ticks == {CHECKED}

    walk.do(commands.SaveDraft(task_id=TASK, filling=Filling(ticks={CHECKED: False})), TATIANA)
    assert walk.task("catalogue").ticks == frozenset()


def test_a_form_that_is_sent_brings_its_ticks_along(walk: Walk) -> None:
    with pytest.raises(errors.ChecklistOpen):
        walk.do(complete(goods=GOODS_ROWS), TATIANA)

    decision = walk.do(replace(complete(goods=GOODS_ROWS), ticks={CHECKED: True}), TATIANA)

    assert [type(event) for event in decision.events][:2] == [events.ItemTicked, events.TaskCompleted]


def test_a_form_with_an_item_of_another_stage_is_refused_whole(walk: Walk) -> None:
    with pytest.raises(errors.UnknownItem):
        walk.do(
            commands.SaveDraft(task_id=TASK, filling=Filling(ticks={CHECKED: True, ItemId("greeted"): True})),
            TATIANA,
        )

    assert walk.task("catalogue").ticks == frozenset()


def test_an_item_of_another_stage_is_unknown(walk: Walk) -> None:
    with pytest.raises(errors.UnknownItem) as refusal:
        walk.do(tick(item="greeted"), TATIANA)

    assert refusal.value.item == "greeted"


WORK = [
    commands.SaveDraft(task_id=TASK, filling=Filling()),
    tick(),
    complete(goods=GOODS_ROWS),
    commands.ReturnTask(task_id=TASK, to=StageId("apply"), reason="Не та цена"),
]


@pytest.mark.parametrize("command", WORK, ids=lambda command: type(command).__name__)
def test_work_is_the_assignees_alone(command: commands.TaskCommand) -> None:
    walk = open_walk()
    with pytest.raises(errors.NotClaimed) as nobody:
        walk.do(command, TATIANA)
    walk.claim("catalogue", TATIANA)
    with pytest.raises(errors.NotTheAssignee) as another:
        walk.do(command, NIKOLAY)
    walk.finish("catalogue", TATIANA, "entered", goods=GOODS_ROWS)
    with pytest.raises(errors.TaskIsClosed):
        walk.do(command, TATIANA)

    assert (nobody.value.task_id, another.value.assignee) == (TASK, TATIANA)


def test_a_completed_task_writes_its_answers_to_the_case(walk: Walk) -> None:
    walk.do(tick(), TATIANA)

    decision = walk.do(complete(goods=GOODS_ROWS), TATIANA)

    task = walk.task("catalogue")
    assert (task.status, task.outcome, task.went_to, task.closed_at) == (
        TaskStatus.COMPLETED,
        "entered",
        ("testing",),
        NOON,
    )
    assert walk.case.values[GOODS] == [{"title": "Чай", "price": "100.00"}]
    assert CancelTimers(task_id=TASK) in decision.timers


def test_a_required_field_left_empty_sends_nothing(walk: Walk) -> None:
    walk.do(tick(), TATIANA)

    with pytest.raises(errors.FormInvalid) as refusal:
        walk.do(complete(), TATIANA)

    assert {field: problem.code for field, problem in refusal.value.problems.items()} == {"goods": "required"}
    assert walk.task("catalogue").status is TaskStatus.CLAIMED


def test_an_open_check_list_holds_the_handover_back(walk: Walk) -> None:
    with pytest.raises(errors.ChecklistOpen) as refusal:
        walk.do(complete(goods=GOODS_ROWS), TATIANA)

    assert refusal.value.items == (CHECKED,)
    assert GOODS not in walk.case.values


def test_an_outcome_that_makes_the_check_list_pointless_does_not_ask_for_it(walk: Walk) -> None:
    walk.do(complete("nothing"), TATIANA)

    assert walk.task("catalogue").outcome == "nothing"


def test_an_outcome_of_another_stage_is_unknown(walk: Walk) -> None:
    with pytest.raises(errors.UnknownOutcome):
        walk.do(complete("passed", goods="чушь"), TATIANA)


def test_the_outcomes_open_to_a_person_follow_the_facts() -> None:
    walk = open_walk(client={"id": 7, "name": "Ромашка"}, amount="1000")
    stage = walk.definition.stages[StageId("apply")]

    def names(values: dict[str, object]) -> list[str]:
        return [o.id for o in open_outcomes(stage, walk.definition, raw(**values), Around())]

    assert names({"amount": "1000.00"}) == ["submit", "large", "drop"]
    assert names({}) == ["submit", "drop"]


def test_a_comment_reaches_the_opener_and_who_works_on_the_case(walk: Walk) -> None:
    walk.claim("module", ROMAN)

    decision = walk.do(commands.AddComment(case_id=CaseId(1), text=" Срочно\x00! ", files=(FileId("f"),)), TATIANA)

    assert decision.events == (events.CommentAdded(at=NOON, by=TATIANA, text="Срочно!", files=(FileId("f"),)),)
    notices = [notice for notice in decision.notices if isinstance(notice, PersonalNotice)]
    assert [(n.kind, n.person, n.values["text"], n.values["files"]) for n in notices] == [
        (NoticeKind.COMMENT, ANNA, "Срочно!", "1"),
        (NoticeKind.COMMENT, ROMAN, "Срочно!", "1"),
    ]


def test_who_has_two_tasks_is_told_of_a_comment_once() -> None:
    walk = open_walk()
    walk.do(commands.ReassignTask(task_id=TASK, to=VERA), VERA)
    walk.finish("module", ROMAN, "ready")
    walk.claim("acceptance", VERA)

    decision = walk.do(commands.AddComment(case_id=CaseId(1), text="Как дела?"), ANNA)

    assert [n.person for n in decision.notices if isinstance(n, PersonalNotice)] == [VERA]


def test_a_file_alone_is_a_comment_and_silence_is_none(walk: Walk) -> None:
    assert walk.do(commands.AddComment(case_id=CaseId(1), text="", files=(FileId("f"),)), TATIANA).events
    with pytest.raises(errors.EmptyComment):
        walk.do(commands.AddComment(case_id=CaseId(1), text=" \n\x00"), TATIANA)
    with pytest.raises(errors.UnknownPerson):
        walk.do(commands.AddComment(case_id=CaseId(1), text="?"), PersonId("stranger"))


def test_a_closed_case_can_still_be_talked_about() -> None:
    walk = open_walk("drop")

    walk.do(commands.AddComment(case_id=CaseId(1), text="Вернутся весной"), IVAN)

    assert walk.case.status is CaseStatus.COMPLETED


def test_words_that_are_too_long_are_refused_rather_than_cut(walk: Walk) -> None:
    with pytest.raises(errors.TooLong) as comment:
        walk.do(commands.AddComment(case_id=CaseId(1), text="я" * (MAX_COMMENT + 1)), TATIANA)
    with pytest.raises(errors.TooLong) as reason:
        walk.do(commands.CancelCase(case_id=CaseId(1), reason="я" * (MAX_REASON + 1)), ANNA)

    assert (comment.value.limit, comment.value.length) == (MAX_COMMENT, MAX_COMMENT + 1)
    assert reason.value.limit == MAX_REASON


def test_a_cancelled_case_leaves_nothing_open_and_tells_who_worked_on_it(walk: Walk) -> None:
    decision = walk.do(commands.CancelCase(case_id=CaseId(1), reason="Клиент передумал"), PAVEL)

    assert (walk.case.status, walk.case.closed_at) == (CaseStatus.CANCELLED, NOON)
    assert walk.open_stages() == []
    assert {walk.task(stage).status for stage in ("catalogue", "module")} == {TaskStatus.WITHDRAWN}
    assert [(n.kind, n.person) for n in decision.notices if isinstance(n, PersonalNotice)] == [
        (NoticeKind.TASK_WITHDRAWN, TATIANA),
        (NoticeKind.CASE_CANCELLED, ANNA),
    ]
    assert decision.timers == (CancelTimers(task_id=TASK), CancelTimers(task_id=first_task(3)))


@pytest.mark.parametrize("person", [ANNA, PAVEL, VERA, NIKOLAY, ROMAN, MARIA])
def test_the_opener_a_head_and_a_manager_may_cancel(walk: Walk, person: PersonId) -> None:
    walk.do(commands.CancelCase(case_id=CaseId(1), reason="Клиент передумал"), person)

    assert walk.case.status is CaseStatus.CANCELLED


@pytest.mark.parametrize("person", [TATIANA, IVAN, STEPAN])
def test_others_may_not_cancel(walk: Walk, person: PersonId) -> None:
    with pytest.raises(errors.MayNotCancel):
        walk.do(commands.CancelCase(case_id=CaseId(1), reason="Клиент передумал"), person)


def test_a_cancellation_needs_a_reason_and_a_running_case(walk: Walk) -> None:
    with pytest.raises(errors.ReasonRequired):
        walk.do(commands.CancelCase(case_id=CaseId(1), reason=" "), ANNA)
    walk.do(commands.CancelCase(case_id=CaseId(1), reason="Дубль"), ANNA)
    with pytest.raises(errors.CaseIsClosed) as refusal:
        walk.do(commands.CancelCase(case_id=CaseId(1), reason="Дубль"), ANNA)
    with pytest.raises(errors.TaskIsClosed) as closed:
        walk.do(complete(goods=GOODS_ROWS), TATIANA)

    assert refusal.value.number == "ONB-1"
    assert closed.value.completed is False


def test_an_answer_that_is_emptied_on_a_second_visit_takes_the_fact_back() -> None:
    process = a_process(
        a_stage("apply", SALES, an_outcome("ready", "check"), form=(a_field("note"),)),
        a_stage("check", DEVELOPMENT, an_outcome("wrong", "apply"), an_outcome("right", "done")),
        ends={"done": Closing.CASE},
    )
    walk = open_walk("ready", definition=process, note="Позвонить до обеда")
    walk.finish("check", ROMAN, "wrong")

    walk.finish("apply", ANNA, "ready", note=" ")

    assert FieldName("note") not in walk.case.values


def test_an_answer_that_no_form_showed_leaves_the_fact_as_it_is() -> None:
    process = a_process(
        a_stage("apply", SALES, an_outcome("ready", "check", requires=(FieldName("note"),)), form=(a_field("note"),)),
        a_stage("check", DEVELOPMENT, an_outcome("wrong", "apply"), an_outcome("right", "done")),
        ends={"done": Closing.CASE},
    )
    walk = open_walk("ready", definition=process, note="Позвонить до обеда")
    walk.finish("check", ROMAN, "wrong")

    walk.finish("apply", ANNA, "ready")

    assert walk.case.values == {"note": "Позвонить до обеда"}
