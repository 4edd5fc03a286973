"""Kinds of records and services as authors write them: what is wrong is told at its line, in both languages."""

from pathlib import Path

import pytest

from tests.small_companies.records_and_services import FILES, PROCESS, company, write
from workflows.definitions.load import check_company
from workflows.domain.definition import FieldType
from workflows.domain.ids import FieldName, KindId, ProcessId, StageId
from workflows.domain.records import BUILT_IN_CLIENT, CLIENT, RecordKinds

WITHOUT_SERVICES = "\n".join(line for line in PROCESS.splitlines() if "service" not in line) + "\n"
FILE_OF = {"client": "records/client.yaml", "object": "records/object.yaml", "order": "workflows/order.yaml"}
MISTAKES = [
    ("object", "shown: [floors", "shown: [flors", 'no field "flors"; did you mean "floors"', "нет «flors»"),
    ("object", "search: [keys_at", "search: [keys", 'no field "keys"', "нет «keys»"),
    ("object", "duplicates: [name", "duplicates: [nam", 'no field "nam"', "нет «nam»"),
    ("object", "keys_at: {type", "name: {type", 'every record has a "name"', "есть у каждой карточки"),
    ("object", "record: object", "record: Building", "small Latin letters", "строчные"),
    ("object", "number: OBJ", "number: obj", "capital Latin", "заглавные"),
    ("object", "owner: true", "ownr: true", 'did you mean "owner"', "«owner»"),
    ("client", "phone: {type: phone", "phone: {type: number", "of a client is of type phone", "поле типа phone"),
    ("order", "kind: object, label: {en: B", "kind: objct, label: {en: B", 'did you mean "object"', "«objct»"),
    ("order", "object.keys_at", "objct.keys_at", 'did you mean "object"', "«objct» не называет карточку"),
    ("order", "object.keys_at", "object.key_at", 'has no field "key_at"', "нет поля «key_at»"),
    ("order", "object.keys_at", "keys_at", "a dot and a field of its record", "через точку"),
    ("order", "{type: text, label: {en: Keys", "{type: date, label: {en: Keys", "use the type: ", "нужен тип"),
    ("order", "client.card_type ==", "client.card ==", 'no "card" after "client."', "не бывает «card»"),
    ("order", "when: object is new", "when: object is old", "not allowed", "нельзя"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake[2] for mistake in MISTAKES])
def test_a_mistake_in_a_record_is_told_at_its_line(tmp_path: Path, mistake: tuple[str, str, str, str, str]) -> None:
    stem, old, new, en, ru = mistake
    text = WITHOUT_SERVICES if stem == "order" else FILES[FILE_OF[stem]]
    assert text.count(old) >= 1
    damaged = text.replace(old, new, 1)
    write(tmp_path, **{"order": WITHOUT_SERVICES, stem: damaged})
    line = damaged.count("\n", 0, damaged.index(new)) + 1

    problems = [problem for problem in check_company(tmp_path) if en in problem.en]

    (problem,) = problems
    assert (problem.file, problem.line) == (str(tmp_path / FILE_OF[stem]), line)
    assert ru in problem.ru


def test_a_company_without_the_kind_of_clients_has_the_built_in_one(tmp_path: Path) -> None:
    works = company(tmp_path, order=WITHOUT_SERVICES)
    kinds = RecordKinds(kinds={kind.id: kind for kind in works.kinds})

    assert RecordKinds().get(CLIENT) is BUILT_IN_CLIENT
    assert [field.name for field in kinds.known(CLIENT).fields] == ["inn", "phone", "card_type"]
    assert [kind.id for kind in RecordKinds().all()] == [CLIENT]
    assert kinds.get(KindId("car")) is None
    assert kinds.known(KindId("car")).fields == ()


def test_a_record_of_the_kind_of_clients_is_the_client(tmp_path: Path) -> None:
    short = company(tmp_path / "short", order=WITHOUT_SERVICES)
    long = company(tmp_path / "long", order=WITHOUT_SERVICES.replace("{type: client,", "{type: record, kind: client,"))

    types = [works.definitions[ProcessId("order")].stages[StageId("intake")].form[0].type for works in (short, long)]
    assert types == [FieldType.CLIENT, FieldType.CLIENT]


def test_a_kind_says_what_its_records_have_and_how_they_are_found(tmp_path: Path) -> None:
    kind = next(kind for kind in company(tmp_path, order=WITHOUT_SERVICES).kinds if kind.id == "object")

    assert (kind.number, kind.has_owner, kind.shown) == ("OBJ", True, ("floors", "keys_at"))
    assert (kind.searched, kind.duplicates) == (frozenset({FieldName("keys_at")}), frozenset({FieldName("name")}))
    assert [(field.name, field.type, field.required) for field in kind.fields] == [
        ("floors", FieldType.NUMBER, True),
        ("keys_at", FieldType.TEXT, False),
    ]


SERVICE_MISTAKES = [
    ("entries", "catalogue: service", "catalogue: services", 'no catalogue "services"', "нет каталога «services»"),
    ("entries", "      sender: users", "      sendr: users", 'no parameter "sendr"', "нет параметра «sendr»"),
    ("entries", "points: {type: number", "points: {type: numbr", 'did you mean "number"', "«numbr»"),
    (
        "order",
        "keys_at: {type: text",
        "internet_speed: {type: text",
        "is a parameter of a service",
        "занято параметром",
    ),
    ("order", "offers: service", "offers: client", "no such field with options", "нет такого поля с вариантами"),
]


@pytest.mark.parametrize("mistake", SERVICE_MISTAKES, ids=[mistake[2] for mistake in SERVICE_MISTAKES])
def test_a_mistake_in_a_catalogue_is_told_at_its_line(tmp_path: Path, mistake: tuple[str, str, str, str, str]) -> None:
    stem, old, new, en, ru = mistake
    file = {"entries": "records/service.entries.yaml", "order": "workflows/order.yaml"}[stem]
    damaged = FILES[file].replace(old, new, 1)
    write(tmp_path, **{"service_entries" if stem == "entries" else stem: damaged})
    line = damaged.count("\n", 0, damaged.index(new)) + 1

    (problem,) = [problem for problem in check_company(tmp_path) if en in problem.en]

    assert (problem.file, problem.line) == (str(tmp_path / file), line)
    assert ru in problem.ru


def test_a_catalogue_without_services_is_told(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "records/service.entries.yaml").unlink()

    problems = check_company(tmp_path)

    assert [(problem.file, problem.line) for problem in problems if "has no services" in problem.en] == [
        (str(tmp_path / "records/service.yaml"), 3)
    ]


def test_the_version_of_a_process_knows_its_services_and_no_other_process_changes(tmp_path: Path) -> None:
    with_them, without = company(tmp_path / "a"), company(tmp_path / "b", order=WITHOUT_SERVICES)
    more = FILES["records/service.entries.yaml"].replace("Points", "Places")
    changed = company(tmp_path / "c", service_entries=more)
    unchanged = company(tmp_path / "d", order=WITHOUT_SERVICES, service_entries=more)

    versions = [works.definitions[ProcessId("order")].version for works in (with_them, changed, without, unchanged)]
    assert versions[0] != versions[1]
    assert versions[2] == versions[3]
    assert "catalogues:" in with_them.sources[ProcessId("order")].text
    assert "catalogues:" not in without.sources[ProcessId("order")].text
