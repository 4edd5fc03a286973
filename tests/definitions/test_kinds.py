"""The kinds of fields that a form may ask for: their keys are read, and what does not fit them is told by its line."""

from pathlib import Path

import pytest

from tests.definitions.pack import HERE, Pack
from tests.small_companies.every_kind import ANSWERS, ASKED, FACTS
from workflows.definitions.load import load_company
from workflows.domain.definition import Field, FieldType
from workflows.domain.forms.defaults import suggested
from workflows.domain.ids import FieldName, ProcessId, StageId

LABEL = "label: {ru: Поле, en: Field}"
SIGNED = "      signed: {type: date, label: {ru: Подписано, en: Signed}, required: true}\n"
KINDS = ["time", "moment", "percent", "url", "files", "person", "department", "ogrn", "kpp", "bik", "account", "snils"]


def order(pack: Pack, fields: str) -> tuple[Field, ...]:
    """Read the pack with these fields in the form of a stage, and return that form."""
    pack.change("workflows/order.yaml", SIGNED, SIGNED + fields)
    return load_company(pack.folder).definitions[ProcessId("order")].stages[StageId("paperwork")].form


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_is_of_a_kind(pack: Pack, kind: str) -> None:
    asked = order(pack, f"      asked: {{type: {kind}, {LABEL}}}\n")

    assert [field.type for field in asked if field.name == "asked"] == [FieldType(kind)]


def test_people_and_departments_are_chosen_from_the_organisation(pack: Pack) -> None:
    form = order(pack, f"      who: {{type: person, {LABEL}}}\n      where: {{type: department, {LABEL}}}\n")
    company = load_company(pack.folder).organisation

    options = {field.name: [option.id for option in field.options] for field in form if field.options}
    assert options == {FieldName("who"): list(company.people), FieldName("where"): list(company.departments)}


def test_limits_are_kept_as_answers_and_a_unit_in_both_languages(pack: Pack) -> None:
    form = order(
        pack,
        f"      length: {{type: number, {LABEL}, min: 1, max: '1 000', unit: {{ru: м, en: m}}}}\n"
        f"      share: {{type: percent, {LABEL}, min: 0 %, max: 100 %}}\n"
        f"      sum: {{type: money, {LABEL}, min: 100 руб.}}\n"
        f"      since: {{type: date, {LABEL}, min: 01.01.2026}}\n"
        f"      plans: {{type: files, {LABEL}, max_files: 3}}\n",
    )

    found = {field.name: (field.least, field.greatest) for field in form if field.least or field.greatest}
    assert found == {
        "length": ("1", "1000"),
        "share": ("0", "100"),
        "sum": ("100.00", None),
        "since": ("2026-01-01", None),
    }
    (length,) = (field for field in form if field.name == "length")
    (plans,) = (field for field in form if field.name == "plans")
    assert length.unit is not None
    assert (length.unit.ru, length.unit.en, plans.max_files) == ("м", "m", 3)


def test_the_reader_is_suggested_where_a_person_is_asked_for(pack: Pack) -> None:
    form = order(pack, f"      who: {{type: person, {LABEL}, default: me}}\n")
    company = load_company(pack.folder).organisation
    (asked,) = (field for field in form if field.name == "who")
    somebody = next(iter(company.people.values()))

    assert suggested(asked, {"me": somebody.name.ru}) == somebody.id
    assert suggested(asked, {"me": "Никто Никакой"}) is None


def test_a_stage_that_is_done_row_by_row_computes_nothing(pack: Pack) -> None:
    outcomes = "    outcomes:\n      delivered:"
    line = pack.change(
        "workflows/order.yaml", outcomes, f"    work: {{each: goods}}\n    form:\n{computed(TOTAL)}{outcomes}"
    )

    assert [found.line for found in pack.problems() if "row by row" in found.en] == [line]


def computed(source: str, kind: str = "money", more: str = "") -> str:
    return f"      a: {{type: {kind}, {LABEL}, computed: '{source}'{more}}} {HERE}\n"


TOTAL = 'goods|sum("price")'


def test_a_computed_field_is_a_fact_that_no_form_asks_for(pack: Pack) -> None:
    form = order(pack, computed(TOTAL).replace(HERE, ""))
    definition = load_company(pack.folder).definitions[ProcessId("order")]

    assert FieldName("a") not in [field.name for field in form]
    assert [field.name for field in definition.stages[StageId("paperwork")].computed] == ["a"]
    assert FieldName("a") in [field.name for field in definition.fields()]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (computed(TOTAL, "date"), "gives a number, but a field of type date needs a date"),
        (computed(TOTAL, "files"), "a field of type files cannot be computed"),
        (computed("gods|length", "number"), 'unknown name "gods"'),
        (computed("a + 1"), '"a" is computed of itself'),
        (computed(TOTAL, more=", required: true"), "is never asked for and needs no required"),
        (
            f"      a: {{type: number, {LABEL}, min: much}} {HERE}\n",
            'min: "much" is no answer to a field of type',
        ),
        (f"      a: {{type: date, {LABEL}, max: tomorrow}} {HERE}\n", 'max: "tomorrow" is no answer'),
        (f"      a: {{type: number, {LABEL}, min: 5, max: 1}} {HERE}\n", "min is greater than max"),
        (f"      a: {{type: account, {LABEL}, bik: bank}} {HERE}\n", '"bank" is no field of type bik'),
        (f"      a: {{type: text, {LABEL}, min: 5}} {HERE}\n", 'unknown key "min"'),
        (f"      a: {{type: files, {LABEL}, max_files: 0}} {HERE}\n", "max_files"),
        (f"      a: {{type: snisl, {LABEL}}} {HERE}\n", 'did you mean "snils"'),
    ],
)
def test_what_does_not_fit_a_kind_is_told(pack: Pack, fields: str, words: str) -> None:
    line = pack.change("workflows/order.yaml", SIGNED, SIGNED + fields)

    (found,) = pack.problems()

    assert (Path(found.file).name, found.line) == ("order.yaml", line)
    assert words in found.en


def test_the_company_that_asks_for_everything_asks_for_every_kind() -> None:
    named = {FieldType.CLIENT, FieldType.RECORD}

    assert set(ASKED) | named == set(FieldType)
    assert set(ANSWERS) == set(FACTS) == set(ASKED) - {FieldType.FILE, FieldType.FILES}
