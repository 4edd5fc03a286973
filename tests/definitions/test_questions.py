"""With which decisions questions are asked, and what they suggest, as a process file says it."""

import json
from dataclasses import replace
from datetime import date

import pytest

from tests.definitions.pack import Pack
from tests.definitions.test_flow import WORDS
from workflows.definitions.json_schema import schema_text
from workflows.definitions.load import parse_process
from workflows.definitions.read.schema import ProcessKeys
from workflows.domain.definition import Stage, WorkflowDefinition
from workflows.domain.forms.defaults import Circumstances, KnownClient, names_known, suggested
from workflows.domain.ids import FieldName, OutcomeId, StageId
from workflows.domain.text import Language

PROCESS = f"""\
process: p
title: {WORDS}
number: P
start: intake
stages:
  intake:
    title: {WORDS}
    department: d
    form:
      client: {{type: client, label: {WORDS}, required: true}}
      phone: {{type: phone, label: {WORDS}, of_client: phone}}
      price: {{type: money, label: {WORDS}}}
      ready_on: {{type: date, label: {WORDS}}}
      kind: {{type: choice, label: {WORDS}, options: {{small: {WORDS}, large: {WORDS}}}}}
      goods:
        type: rows
        label: {WORDS}
        columns:
          name: {{type: text, label: {WORDS}, required: true}}
          price: {{type: money, label: {WORDS}}}
    outcomes:
      done: {{title: {WORDS}, to: [check]}}
  check:
    title: {WORDS}
    department: d
    form:
      answer: {{type: text, label: {WORDS}, MORE}}
      checked_on: {{type: date, label: {WORDS}, required: true, default: today, for: [good]}}
      flaws: {{type: long_text, label: {WORDS}, again: true}}
      kind: {{from: intake, again: true, default: kind}}
      entered:
        type: rows
        label: {WORDS}
        default: goods
        columns:
          name: {{type: text, label: {WORDS}, required: true}}
          number: {{type: text, label: {WORDS}, required: true}}
          sort: {{type: choice, label: {WORDS}, default: new, options: {{new: {WORDS}, old: {WORDS}}}}}
    checklist:
      looked_at: {WORDS}
      sealed: {{label: {WORDS}, for: [good]}}
    outcomes:
      good: {{title: {WORDS}, to: [over]}}
      bad: {{title: {WORDS}, to: [intake], requires: [flaws]}}
ends:
  over: {{title: {WORDS}, closes: case}}
"""
FACTS = {
    FieldName("client"): {"id": 1, "name": "Ромашка"},
    FieldName("price"): "12500.50",
    FieldName("ready_on"): "2026-12-10",
    FieldName("kind"): "large",
    FieldName("goods"): [{"name": "Чай", "price": "100.00"}, {"name": "Кофе"}],
}
KNOWN = Circumstances(
    today=date(2026, 11, 30),
    me="Анна",
    opener="Глеб",
    client=KnownClient(name="Ромашка", attributes={FieldName("phone"): "+74951234567"}),
    values=FACTS,
)


def read(more: str = "required: true") -> WorkflowDefinition:
    return parse_process(PROCESS.replace("MORE", more), "p.yaml")


def stage_of(definition: WorkflowDefinition, name: str = "check") -> Stage:
    return definition.stages[StageId(name)]


def asked(definition: WorkflowDefinition, outcome: str) -> list[str]:
    stage = stage_of(definition)
    chosen = stage.outcome(OutcomeId(outcome))
    assert chosen is not None
    return [*(field.name for field in stage.asked_with(chosen)), *(item.id for item in stage.ticked_with(chosen))]


def suggestion(definition: WorkflowDefinition, name: str, stage: str = "check", known: Circumstances = KNOWN) -> object:
    (field,) = (field for field in stage_of(definition, stage).form if field.name == name)
    return suggested(field, names_known(definition, known))


def test_a_decision_asks_what_belongs_to_it_and_an_optional_field_that_only_another_requires_does_not() -> None:
    definition = read()

    assert asked(definition, "good") == ["answer", "checked_on", "kind", "entered", "looked_at", "sealed"]
    assert asked(definition, "bad") == ["answer", "flaws", "kind", "entered", "looked_at"]
    good = stage_of(definition).outcome(OutcomeId("good"))
    assert good is not None
    assert good.requires == ("answer", "checked_on")


def test_for_says_that_an_optional_field_is_asked_although_only_another_decision_requires_it() -> None:
    text = PROCESS.replace("MORE", "required: true").replace("again: true}", "again: true, for: [good, bad]}", 1)

    assert "flaws" in asked(parse_process(text, "p.yaml"), "good")


@pytest.mark.parametrize(
    ("default", "answer"),
    [
        ("me", "Анна"),
        ("opener", "Глеб"),
        ("client", "Ромашка"),
        ("client.name", "Ромашка"),
        ("client.phone", "+74951234567"),
        ("client.site", None),
        ("'как обычно'", "как обычно"),
    ],
)
def test_a_text_is_suggested_from_what_is_known(default: str, answer: object) -> None:
    assert suggestion(read(f'default: "{default}"'), "answer") == answer


@pytest.mark.parametrize(
    ("type_", "default", "answer"),
    [
        ("date", "today", "2026-11-30"),
        ("date", "ready_on", "2026-12-10"),
        ("date", "today + 3", "2026-12-03"),
        ("date", "ready_on - 1", "2026-12-09"),
        ("money", "price", "12500.50"),
        ("money", "price * 2 + 1", "25002.00"),
        ("money", "100", "100.00"),
        ("number", "5", "5"),
        ("yes_no", "true", True),
        ("phone", "client.phone", "+74951234567"),
        ("choice, options: {large: {ru: а, en: b}, small: {ru: в, en: г}}", "kind", "large"),
        ("choice, options: {new: {ru: а, en: b}}", "new", "new"),
        ("choices, options: {large: {ru: а, en: b}, small: {ru: в, en: г}}", "kind", ["large"]),
        ("choices, options: {new: {ru: а, en: b}}", "new", ["new"]),
    ],
)
def test_each_kind_of_question_suggests_an_answer_of_its_own_kind(type_: str, default: str, answer: object) -> None:
    text = PROCESS.replace("answer: {type: text", f"answer: {{type: {type_}")

    definition = parse_process(text.replace("MORE", f"default: {default}"), "p.yaml")

    assert suggestion(definition, "answer") == answer


def test_rows_of_another_list_bring_the_columns_of_equal_names_and_the_defaults_of_the_others() -> None:
    definition = read()

    assert suggestion(definition, "entered") == [{"name": "Чай", "sort": "new"}, {"name": "Кофе", "sort": "new"}]
    (entered,) = (field for field in stage_of(definition).form if field.name == "entered")
    assert suggested(entered.columns[2], names_known(definition, KNOWN)) == "new"


def test_what_the_client_base_keeps_is_suggested_where_it_is_asked_for() -> None:
    assert suggestion(read(), "phone", "intake") == "+74951234567"


def test_nothing_is_suggested_where_nothing_is_known_or_it_is_no_answer() -> None:
    unknown = Circumstances(today=date(2026, 11, 30), me="Анна", opener="Глеб")
    client = KnownClient(name="Р", attributes={FieldName("phone"): "звоните утром"})

    assert suggestion(read(), "phone", "intake", unknown) is None
    assert suggestion(read(), "entered", known=unknown) is None
    assert suggestion(read(), "phone", "intake", replace(unknown, client=client)) is None


def test_a_field_of_that_name_comes_before_the_word() -> None:
    text = PROCESS.replace("ready_on", "opener")

    definition = parse_process(text.replace("MORE", "default: me"), "p.yaml")

    assert stage_of(definition, "intake").form[3].name == "opener"
    known = Circumstances(today=date.min, me="", opener="Глеб", values={FieldName("opener"): "2026-12-10"})
    assert names_known(definition, known)["opener"] == date(2026, 12, 10)


@pytest.mark.parametrize(
    ("damage", "en", "ru"),
    [
        ("signed: {type: date, default: client", "does not fit", "не подходит"),
        ("signed: {type: date, default: 5", "does not fit", "не подходит"),
        ("signed: {type: date, default: today * 2", "does not fit", "не подходит"),
        ("signed: {type: date, default: todya", 'did you mean "today"', "«today»"),
        ("signed: {type: date, default: client.phone_number", 'unknown name "phone_number"', "имя «phone_number»"),
        ("signed: {type: date, default: range(5)", "keep to today", "оставьте today"),
        ("signed: {type: date, default: today +", "keep to today", "оставьте today"),
        ("signed: {type: file, default: comment", "does not fit", "не подходит"),
        ("signed: {type: number, default: kind", "does not fit", "не подходит"),
        ("signed: {type: email, default: '\"no address\"'", "does not fit", "не подходит"),
        ("signed: {type: choice, options: {a: {ru: а, en: b}}, default: kind", "does not fit", "не подходит"),
        ("signed: {type: date, for: [acepted]", 'no outcome "acepted" in this stage', "решения «acepted»"),
    ],
)
def test_what_cannot_be_suggested_or_decided_is_a_problem_at_its_line(
    damage: str, en: str, ru: str, pack: Pack
) -> None:
    line = pack.change("workflows/order.yaml", "signed: {type: date", f"{damage} #HERE\n     ")

    (problem,) = pack.problems()

    assert problem.in_(Language.EN).startswith(f"{pack.folder / 'workflows/order.yaml'}:{line}: ")
    assert en in problem.en
    assert ru in problem.ru


def test_the_schema_of_the_editors_knows_the_new_keys() -> None:
    schema = json.loads(schema_text(ProcessKeys))
    keys = {
        model: set(described["properties"]) for model, described in schema["$defs"].items() if "properties" in described
    }

    assert keys["PlainFieldKeys"] - keys["PlainColumnKeys"] == {
        *("for", "again", "expect", "show_when", "required_when", "computed", "of_client", "of_record")
    }
    assert "default" in keys["PlainColumnKeys"] & keys["ChoiceColumnKeys"] & keys["MoneyKeys"] & keys["FromKeys"]
    assert "for" in keys["ItemKeys"] & keys["FromKeys"] & keys["RowsKeys"]
