"""The shared base in every storage: how records are found, how they change, how one stands for another."""

from collections.abc import AsyncIterator

import pytest

from tests.onboarding import ANNA
from tests.storage.office import EVERYWHERE, Office, office_on
from workflows.domain.definition import Field, FieldType
from workflows.domain.ids import CaseId, FieldName, KindId, RecordId
from workflows.domain.records import BUILT_IN_CLIENT, CLIENT, RETIRED, Record, RecordKind
from workflows.domain.text import Text
from workflows.ports.unit_of_work import UnitOfWork

PHONE, EMAIL, NOTE = FieldName("phone"), FieldName("email"), FieldName("note")
PERSON = RecordKind(
    id=KindId("person"),
    title=Text.same("Person"),
    naming=Text.same("Name"),
    fields=(
        Field(name=PHONE, type=FieldType.PHONE, label=Text.same("Phone")),
        Field(name=EMAIL, type=FieldType.EMAIL, label=Text.same("E-mail")),
        Field(name=NOTE, type=FieldType.TEXT, label=Text.same("Note")),
    ),
    number="P",
    searched=frozenset({PHONE, NOTE}),
    duplicates=frozenset({PHONE}),
    has_owner=True,
)


@pytest.fixture(params=EVERYWHERE)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office_on(request) as office:
        yield office


async def add(office: Office, name: str, **values: str) -> Record:
    now = office.clock.now()

    def work(unit: UnitOfWork) -> RecordId:
        record = unit.add_record(PERSON, name, now, owner=ANNA)
        unit.update_record(PERSON, record.id, {FieldName(field): value for field, value in values.items()}, now)
        return record.id

    record = await office.queries.record(await office.write(work))
    assert record is not None
    return record


async def found(office: Office, words: str) -> list[str]:
    return [record.name for record in await office.queries.records(PERSON.id, words, 10)]


async def test_a_record_has_a_number_an_owner_and_what_was_entered(office: Office) -> None:
    first = await add(office, "Иванова Мария", phone="+74951234567")
    second = await add(office, "Петров Пётр")

    assert (first.number, second.number) == ("P-1", "P-2")
    assert (first.owner, first.kind, first.values) == (ANNA, PERSON.id, {PHONE: "+74951234567"})
    assert await office.queries.record_numbered(" p-2 ") == second
    assert await office.queries.record_numbered("") is None


@pytest.mark.parametrize(
    "typed", ["Иванова", "ивнаова", "ивонова", "иваова", "иавнова", "иваннова", "8 (495) 123-45-67", "2345"]
)
async def test_a_record_is_found_by_any_marked_field_and_in_spite_of_one_wrong_letter(
    office: Office, typed: str
) -> None:
    await add(office, "Иванова Мария", phone="+74951234567", email="maria@example.ru")
    await add(office, "Сидоров Егор", note="соседка")

    assert await found(office, typed) == ["Иванова Мария"]
    assert await found(office, "соседка") == ["Сидоров Егор"]


async def test_what_is_not_marked_and_what_only_looks_alike_a_little_finds_nothing(office: Office) -> None:
    await add(office, "Иванова Мария", email="maria@example.ru")

    assert await found(office, "example.ru") == []
    assert await found(office, "Ибанаева") == []
    assert await office.queries.records(CLIENT, "Иванова", 10) == []
    assert [record.name for record in await office.queries.records(None, "Иванова", 10)] == ["Иванова Мария"]


async def test_records_with_the_same_phone_or_address_are_found_as_long_as_they_have_it(office: Office) -> None:
    first = await add(office, "Иванова", phone="+74951234567")
    await add(office, "Петрова", phone="+74951234568", email="p@example.ru")

    keys = [("phone", "+74951234567"), ("email", "p@example.ru")]
    assert [each.name for each in await office.queries.records_with(PERSON.id, keys, 5)] == ["Иванова", "Петрова"]
    assert await office.queries.records_with(CLIENT, keys, 5) == []
    now = office.clock.now()
    await office.write(lambda unit: unit.update_record(PERSON, first.id, {PHONE: None}, now))
    assert [each.name for each in await office.queries.records_with(PERSON.id, keys, 5)] == ["Петрова"]


async def test_every_change_is_kept_with_who_made_it(office: Office) -> None:
    record = await add(office, "Иванова", phone="+74951234567")
    now = office.clock.now()

    await office.write(lambda unit: unit.update_record(PERSON, record.id, {NOTE: "a"}, now, by=ANNA, case_id=CaseId(1)))
    await office.write(lambda unit: unit.update_record(PERSON, record.id, {NOTE: "a"}, now, by=ANNA))
    await office.write(lambda unit: unit.update_record(PERSON, record.id, {NOTE: None, PHONE: "+7495"}, now))

    changes = await office.queries.record_changes(record.id, 10)
    assert [change.changes for change in changes] == [
        {PHONE: ("+74951234567", "+7495"), NOTE: ("a", None)},
        {NOTE: (None, "a")},
    ]
    assert [(change.by, change.case_id) for change in changes] == [(None, None), (ANNA, 1)]
    kept = await office.queries.record(record.id)
    assert kept is not None
    assert (kept.values, kept.revision) == ({PHONE: "+7495"}, 3)


async def test_a_merged_record_stands_for_the_other_and_its_name_is_free(office: Office) -> None:
    case = (await office.open("Ромашка")).case.id
    first, second = await add(office, "Иванова"), await add(office, "Иванова М.")
    third, now = await add(office, "Иванова Маша"), office.clock.now()
    await office.write(lambda unit: unit.link_records(case, [first.id, first.id], now))

    await office.write(lambda unit: unit.retire_record(PERSON, first.id, now, by=ANNA, into=second.id))
    await office.write(lambda unit: unit.retire_record(PERSON, second.id, now, by=ANNA, into=third.id))

    merged = await office.queries.record(first.id)
    assert merged is not None
    assert (merged.retired, merged.merged_into) == (True, third.id)
    assert await found(office, "Иванова") == ["Иванова Маша"]
    assert list(await office.queries.cases_of_record(third.id, 5)) == [case]
    assert (await office.queries.record_changes(second.id, 5))[0].changes == {RETIRED: (None, third.id)}
    assert (await add(office, "Иванова")).name == "Иванова"


async def test_the_cases_of_a_client_are_those_opened_for_it(office: Office) -> None:
    first = (await office.open("Ромашка")).case
    await office.open("Лютик")
    again = (await office.open("Ромашка")).case

    assert first.client is not None
    assert list(await office.queries.cases_of_record(first.client.id, 5)) == [again.id, first.id]
    assert list(await office.queries.cases_of_record(first.client.id, 1)) == [again.id]
    assert BUILT_IN_CLIENT.id == CLIENT
