"""What every storage keeps of the organisation."""

from collections.abc import AsyncIterator

import pytest

from tests.onboarding import ANNA, STEPAN, SUPPORT, VERA
from tests.storage.office import EVERYWHERE, Office, office_on
from workflows.domain.ids import PersonId
from workflows.domain.organising.changes import Change
from workflows.domain.organising.register import Subject
from workflows.ports.organisation import FileState, KeptChange
from workflows.ports.unit_of_work import UnitOfWork

RENAMED = Change(subject=Subject.PERSON, id=ANNA, attributes={"name": ({"ru": "Анна"}, {"ru": "Инна"})})
LEFT = Change(subject=Subject.PERSON, id=STEPAN, attributes={"left": (None, True)})
HEADED = Change(subject=Subject.DEPARTMENT, id=SUPPORT, attributes={"head": ("nikolay", "anna")})


@pytest.fixture(params=EVERYWHERE)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office_on(request) as office:
        yield office


async def add(office: Office, *changes: Change, by: PersonId | None = VERA, why: str = "") -> None:
    await office.write(lambda unit: unit.add_organisation_changes(changes, office.clock.now(), by=by, why=why))


def kept(office: Office, number: int, change: Change, *, by: PersonId | None = VERA, why: str = "") -> KeptChange:
    return KeptChange(number=number, at=office.clock.now(), by=by, why=why, change=change)


async def test_changes_are_kept_in_their_order_with_who_and_why(office: Office) -> None:
    await add(office, RENAMED, LEFT, why="Вышла замуж")
    await add(office, HEADED, by=None)

    first, second = (kept(office, n, change, why="Вышла замуж") for n, change in ((1, RENAMED), (2, LEFT)))
    third = kept(office, 3, HEADED, by=None)
    assert list(await office.queries.organisation_changes()) == [first, second, third]
    assert list(await office.queries.organisation_changes(2)) == [third]
    assert list(await office.queries.organisation_changes_of(Subject.DEPARTMENT, SUPPORT)) == [third]
    assert list(await office.queries.organisation_changes_of(Subject.PERSON, SUPPORT)) == []


async def test_the_revision_is_the_number_of_the_last_change(office: Office) -> None:
    revisions: list[int] = []

    def read(unit: UnitOfWork) -> None:
        revisions.append(unit.organisation_revision())

    await office.write(read)
    await add(office, RENAMED, LEFT)
    await office.write(read)

    assert revisions == [0, 2]


async def test_what_the_file_described_last_is_kept(office: Office) -> None:
    assert await office.queries.organisation_file() is None

    for name in ("Анна", "Инна"):
        state = FileState(people={ANNA: {"name": {"ru": name}}}, departments={})
        await office.write(lambda unit, state=state: unit.keep_organisation_file(state, office.clock.now()))  # type: ignore[misc]  # mypy infers no type for a default

    assert await office.queries.organisation_file() == FileState(
        people={ANNA: {"name": {"ru": "Инна"}}}, departments={}
    )
