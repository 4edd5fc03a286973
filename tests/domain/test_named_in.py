"""A stage for whoever is in a field: a person, a department, and a column where each row has a task."""

from dataclasses import replace

from tests.domain.offices import FINANCE, LEGAL, LEV, MARK, OFFICES, OLGA, SALES, Office, rule
from tests.domain.walk import a_field, a_process, a_stage, an_outcome, raw, when
from workflows.domain import commands
from workflows.domain.decision import Decision
from workflows.domain.definition import Closing, EachRow, Field, FieldType, WorkflowDefinition
from workflows.domain.facts.staff import staffed
from workflows.domain.ids import FieldName, OutcomeId, PersonId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.who import Offer

PARTS = a_field("parts", FieldType.ROWS, columns=(a_field("part"), a_field("author", FieldType.PERSON)))


def work_of_somebody(
    *asked: Field, named_in: str, each: bool = False, offer: Offer = Offer.PERSON
) -> WorkflowDefinition:
    """Return a process: a stage asks who does the work, and another one is theirs."""
    definition = a_process(
        a_stage("ask", SALES, an_outcome("asked", "choose")),
        a_stage("choose", SALES, an_outcome("chosen", "work"), form=asked),
        a_stage(
            "work",
            LEGAL,
            an_outcome("done", "over"),
            who=(rule("named_in", named_in),),
            offer=offer,
            work=EachRow(rows=FieldName("parts")) if each else None,
        ),
        ends={"over": Closing.CASE},
    )
    return staffed(definition, OFFICES)


def chosen(definition: WorkflowDefinition, **answers: object) -> tuple[Office, Decision]:
    """Return a case in which these answers were given to who does the work, and what was decided with them."""
    office = Office(definition=definition)
    office.open()
    task = office.task("choose")
    office.do(commands.ClaimTask(task_id=task.id), PersonId("ivan"))
    done = commands.CompleteTask(task_id=task.id, outcome=OutcomeId("chosen"), values=raw(**answers))
    return office, office.do(done, PersonId("ivan"))


def told(decision: Decision, kind: NoticeKind) -> list[PersonId]:
    """Return who was told something by a decision."""
    return [notice.person for notice in decision.notices if isinstance(notice, PersonalNotice) and notice.kind is kind]


def test_the_person_in_a_field_has_the_task() -> None:
    definition = work_of_somebody(a_field("lawyer", FieldType.PERSON), named_in="lawyer")

    office, decision = chosen(definition, lawyer="mark")

    assert (office.task("work").candidates, office.task("work").assignee) == ((MARK,), MARK)
    assert told(decision, NoticeKind.GIVEN_TO_YOU) == [MARK]


def test_where_the_field_is_empty_the_head_has_it_and_is_told() -> None:
    office, decision = chosen(work_of_somebody(a_field("lawyer", FieldType.PERSON), named_in="lawyer"))

    assert office.task("work").assignee == OLGA
    assert told(decision, NoticeKind.NOBODY_LEFT) == [OLGA]


def test_a_department_in_a_field_is_asked_as_a_whole_in_its_own_channel() -> None:
    asked = a_field("team", FieldType.DEPARTMENT)

    office, _ = chosen(work_of_somebody(asked, named_in="team", offer=Offer.CLAIM), team="finance")

    assert (office.task("work").department, office.task("work").candidates) == (FINANCE, None)
    assert office.candidates.may_have(office.task("work"), PersonId("kira"))
    assert not office.candidates.may_have(office.task("work"), LEV)


def test_the_task_of_each_row_is_for_whom_the_row_names() -> None:
    definition = work_of_somebody(PARTS, named_in="author", each=True)

    office, _ = chosen(
        definition, parts=[{"part": "a", "author": "lev"}, {"part": "b"}, {"part": "c", "author": "mark"}]
    )

    tasks = [task for task in office.case.tasks.values() if task.stage == "work"]
    assert [task.assignee for task in tasks] == [LEV, OLGA, MARK]


def test_a_rule_of_a_row_counts_by_what_the_row_says() -> None:
    by_kind = rule("person", "kira", when=when('part == "law"', lambda facts: facts.get("part") == "law"))
    definition = work_of_somebody(PARTS, named_in="author", each=True)
    stages = {
        name: replace(stage, who=(by_kind, *stage.who)) if name == "work" else stage
        for name, stage in definition.stages.items()
    }

    office, _ = chosen(
        replace(definition, stages=stages), parts=[{"part": "law", "author": "lev"}, {"part": "b", "author": "lev"}]
    )

    tasks = [task for task in office.case.tasks.values() if task.stage == "work"]
    assert [task.assignee for task in tasks] == [PersonId("kira"), LEV]
