"""What every storage keeps besides cases: clients, drafts, invitations, languages, files, definitions."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.onboarding import ANNA, ONBOARDING, STEPAN
from tests.storage.office import EVERYWHERE, Office, answers, office_on, opening
from workflows.domain.clients import recognised
from workflows.domain.errors import FormInvalid
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import ClientId, FieldName, FileId, RecordId
from workflows.domain.records import BUILT_IN_CLIENT, CLIENT, Record
from workflows.domain.text import Language
from workflows.ports.platforms import RedeemedInvitation
from workflows.ports.unit_of_work import AlreadyReceived, KeptFile, UnitOfWork
from workflows.usecases.form_drafts import new_case_draft


@pytest.fixture(params=EVERYWHERE)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office_on(request) as office:
        yield office


async def add(office: Office, name: str) -> Record:
    now = office.clock.now()
    return await office.write(lambda unit: unit.add_record(BUILT_IN_CLIENT, name, now))


def named(unit: UnitOfWork, name: str) -> Record | None:
    return recognised(name, None, unit.records_like(BUILT_IN_CLIENT, name, None))


@pytest.mark.parametrize("typed", ["ооо «ЁЛКА» ", "ООО\u00a0«Ёлка»", "  ООО   «ёлка»"])
async def test_a_client_is_found_by_name_in_any_case_and_spaces(office: Office, typed: str) -> None:
    kept = await add(office, "ООО «Ёлка»")

    assert await office.write(lambda unit: named(unit, typed)) == kept
    assert await office.write(lambda unit: named(unit, "ООО «Ёлк»")) is None
    found = recognised(typed, None, await office.queries.records_like(CLIENT, typed, None))
    assert found is not None
    assert (found.id, found.name) == (kept.id, kept.name)
    assert not await office.queries.records_like(CLIENT, "ООО «Ёлк»", None)


async def test_clients_of_one_name_are_told_apart_by_their_inn(office: Office) -> None:
    first = (await office.open("ООО «Ромашка»", inn="7707083893")).case
    other = (await office.open("ООО «Ромашка»", inn="500100732259")).case
    again = (await office.open("Ромашка, ООО", inn="500100732259")).case
    by_name = (await office.open("ООО Ромашка")).case

    assert first.client is not None
    assert other.client is not None
    assert first.client.id != other.client.id
    assert again.client == other.client
    assert by_name.client == first.client
    found = {"7707083893": {first.number, by_name.number}, "500100732259": {other.number, again.number}}
    for inn, numbers in found.items():
        assert {line.number for line in await office.queries.find_cases(inn, 9)} == numbers


async def test_an_inn_belongs_to_one_client_and_the_other_name_is_asked_about(office: Office) -> None:
    first = (await office.open("ООО «Клавиша»", inn="7707083893")).case
    with pytest.raises(FormInvalid) as asked:
        await office.open("АО «Рояль»", inn="7707083893")

    (problem,) = asked.value.problems.values()
    assert (problem.code, problem.values) == ("inn_of_another_client", {"inn": "7707083893", "name": "ООО «Клавиша»"})
    unnumbered = (await office.open("АО «Рояль»")).case
    numbered = (await office.open("АО «Рояль»", inn="500100732259")).case
    assert unnumbered.client == numbered.client != first.client


async def test_a_client_added_in_this_very_transaction_is_found_in_it(office: Office) -> None:
    now = office.clock.now()

    def twice(unit: UnitOfWork) -> tuple[Record, Record, Record | None]:
        return (
            unit.add_record(BUILT_IN_CLIENT, "Альфа", now),
            unit.add_record(BUILT_IN_CLIENT, "Бета", now),
            named(unit, "АЛЬФА"),
        )

    first, second, found = await office.write(twice)

    assert (first, first.id == second.id) == (found, False)
    assert [client.name for client in await office.queries.records(CLIENT, "а", 10)] == ["Альфа", "Бета"]


async def test_attributes_of_a_client_are_merged(office: Office) -> None:
    now = office.clock.now()

    def add_with_inn(unit: UnitOfWork) -> RecordId:
        client = unit.add_record(BUILT_IN_CLIENT, "Альфа", now).id
        unit.update_record(BUILT_IN_CLIENT, client, {FieldName("inn"): "7707083893"}, now)
        unit.update_record(BUILT_IN_CLIENT, client, {FieldName("contact"): "Пётр"}, now)
        return client

    client_id = await office.write(add_with_inn)
    await office.write(lambda unit: unit.update_record(BUILT_IN_CLIENT, client_id, {FieldName("contact"): "Анна"}, now))
    await office.write(
        lambda unit: unit.update_record(BUILT_IN_CLIENT, client_id, {FieldName("inn"): "7707083893"}, now)
    )

    client = await office.queries.record(client_id)
    assert client is not None
    assert client.values == {FieldName("inn"): "7707083893", FieldName("contact"): "Анна"}
    assert await office.queries.record(ClientId(404)) is None
    assert await office.queries.record(ClientId(10**40)) is None


async def test_two_cases_of_one_client_share_its_record(office: Office) -> None:
    first = await office.open("ООО «Ромашка»", inn="7707083893")
    second = await office.open("ооо  «РОМАШКА»")

    assert first.case.client == second.case.client
    (client,) = await office.queries.records(CLIENT, "ромашка", 10)
    assert client.values == {FieldName("inn"): "7707083893"}


async def test_a_draft_is_kept_replaced_and_dropped(office: Office) -> None:
    key, now = new_case_draft(ONBOARDING, ANNA), office.clock.now()
    typed = answers(client="Ю\x00", services=["cards"], goods=[{"name": "чай"}], budget=None)
    assert await office.queries.draft(key) is None

    await office.write(lambda unit: unit.save_draft(key, Draft(answers=answers(client="А"), revision=1), now))
    await office.write(lambda unit: unit.save_draft(key, Draft(answers=typed, revision=1), now))
    assert await office.queries.draft(key) == Draft(answers=typed, revision=1)

    await office.do(opening(), ANNA)
    assert await office.queries.draft(key) is None


async def test_the_last_word_on_a_draft_in_one_transaction_counts(office: Office) -> None:
    now = office.clock.now()

    def save_and_drop(unit: UnitOfWork) -> None:
        unit.save_draft("a", Draft(answers=answers(client="1"), revision=1), now)
        unit.drop_draft("a")
        unit.drop_draft("b")
        unit.save_draft("b", Draft(answers=answers(client="1"), revision=1), now)
        unit.save_draft("b", Draft(answers=answers(client="2"), revision=1), now)

    for _ in range(2):
        await office.write(save_and_drop)
        assert (await office.queries.draft("a"), await office.queries.draft("b")) == (
            None,
            Draft(answers=answers(client="2"), revision=1),
        )


async def test_an_invitation_works_once_and_until_it_expires(office: Office) -> None:
    now = office.clock.now()
    for digest, days in (("one", 1), ("two", 2)):
        expires = now + timedelta(days=days)
        await office.write(lambda unit, d=digest, e=expires: unit.add_invitation(d, STEPAN, e))  # type: ignore[misc]  # mypy infers no type for a default

    assert await office.write(lambda unit: unit.redeem_invitation("none", now)) is None
    assert await office.write(lambda unit: unit.redeem_invitation("one", now + timedelta(days=1))) is None
    assert await office.write(
        lambda unit: unit.redeem_invitation("two", now + timedelta(days=1))
    ) == RedeemedInvitation(person=STEPAN, invited_by=None)
    assert await office.write(lambda unit: unit.redeem_invitation("two", now + timedelta(days=1))) is None


async def test_a_language_is_remembered_as_chosen_last(office: Office) -> None:
    assert await office.queries.language(ANNA) is None
    for language in (Language.RU, Language.EN):
        await office.write(lambda unit, chosen=language: unit.set_language(ANNA, chosen))  # type: ignore[misc]  # mypy infers no type for a default
        assert await office.queries.language(ANNA) is language


async def test_a_file_is_kept_byte_for_byte(office: Office) -> None:
    file = KeptFile(
        id=FileId("f1"), name="Договор №1.pdf", media_type="application/pdf", content=bytes(range(256)) * 99
    )
    now = office.clock.now()

    await office.write(lambda unit: unit.add_file(file, ANNA, now))

    assert await office.queries.file(file.id) == file
    assert await office.queries.file(FileId("f2")) is None
    assert await office.queries.file_names([file.id, FileId("none")]) == {file.id: file.name}
    assert await office.queries.file_names([]) == {}


async def test_a_file_of_a_refused_function_is_not_kept(office: Office) -> None:
    file = KeptFile(id=FileId("f1"), name="a", media_type="text/plain", content=b"a")
    now = office.clock.now()

    def refused(unit: UnitOfWork) -> None:
        unit.add_file(file, ANNA, now)
        unit.forget_received(now + timedelta(days=1))
        raise LookupError("thought better of it")

    await office.write(lambda unit: unit.receive("web:1", now))
    with pytest.raises(LookupError):
        await office.write(refused)

    assert await office.queries.file(file.id) is None
    with pytest.raises(AlreadyReceived):
        await office.write(lambda unit: unit.receive("web:1", now))


async def test_a_published_version_stays_as_it_is(office: Office) -> None:
    for version, text in (("1", "начало"), ("2", "дальше"), ("1", "подмена")):
        now = office.clock.move(days=1)
        await office.write(
            lambda unit, v=version, t=text, n=now: unit.publish_definition(ONBOARDING, v, t, n)  # type: ignore[misc]  # mypy infers no type for a default
        )

    assert list(await office.queries.definitions()) == [(ONBOARDING, "1", "начало"), (ONBOARDING, "2", "дальше")]
