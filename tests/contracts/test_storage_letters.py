"""What every storage keeps of letters to clients: which were sent, by whom, and which still wait."""

from collections.abc import AsyncIterator

import pytest

from tests.onboarding import ANNA, STEPAN
from tests.storage.office import EVERYWHERE, Office, answers, office_on
from workflows.domain import commands, errors
from workflows.domain.client_letters import ClientLetter, Sent
from workflows.domain.events import LetterMarked
from workflows.domain.ids import CaseId, OutcomeId, TaskId, TemplateName, task_id

REFUSED = answers(services=["cards"], refusal_reason="Не наш")


@pytest.fixture(params=EVERYWHERE)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office_on(request) as office:
        yield office


async def refuse(office: Office, client: str) -> TaskId:
    """Open a case and refuse it, which writes a letter to the client."""
    intake = task_id((await office.open(client)).case.id, 2)
    await office.do(commands.ClaimTask(task_id=intake), STEPAN)
    complete = commands.CompleteTask(task_id=intake, outcome=OutcomeId("refused"), values=REFUSED)
    await office.do(complete, STEPAN)
    office.clock.move(seconds=1)
    return intake


def mark(intake: TaskId, sent: bool = True, number: int = 1) -> commands.MarkLetter:
    return commands.MarkLetter(task_id=intake, number=number, sent=sent)


async def test_a_letter_to_the_client_waits_until_it_is_marked_and_again_when_it_was_not_sent(office: Office) -> None:
    intake = await refuse(office, "ООО «Ромашка»")
    (kept,) = await office.queries.client_letters(CaseId(1))
    assert kept.state == ClientLetter(task_id=intake, number=1, template=TemplateName("refusal"), by=STEPAN)
    assert kept.written == office.letters.filled[-1]

    await office.do(mark(intake), ANNA)
    (kept,) = await office.queries.client_letters(CaseId(1))
    assert kept.state.sent == Sent(by=ANNA, at=office.clock.now())
    assert await office.queries.unsent_letters(STEPAN, 10) == []
    with pytest.raises(errors.NothingChanges):
        await office.do(mark(intake), STEPAN)

    await office.do(mark(intake, sent=False), STEPAN)
    (kept,) = await office.queries.client_letters(CaseId(1))
    assert kept.state.sent is None
    told = [event.sent for event in await office.queries.history(CaseId(1)) if isinstance(event, LetterMarked)]
    assert told == [True, False]


async def test_unsent_letters_are_those_of_their_author_oldest_first(office: Office) -> None:
    first, second = await refuse(office, "ООО «Ромашка»"), await refuse(office, "ООО «Астра»")

    unsent = await office.queries.unsent_letters(STEPAN, 10)

    assert [(each.number, each.client) for each in unsent] == [("ONB-1", "ООО «Ромашка»"), ("ONB-2", "ООО «Астра»")]
    assert [each.letter.state.task_id for each in unsent] == [first, second]
    assert [each.number for each in await office.queries.unsent_letters(STEPAN, 1)] == ["ONB-1"]
    assert await office.queries.unsent_letters(ANNA, 10) == []


async def test_a_letter_that_does_not_exist_is_refused_whatever_its_number(office: Office) -> None:
    intake = await refuse(office, "ООО «Ромашка»")

    for number in (0, 2, -1, 2**70):
        with pytest.raises(errors.NoSuchLetter):
            await office.do(mark(intake, number=number), STEPAN)
    with pytest.raises(errors.NoSuchLetter):
        await office.do(mark(TaskId("1.1")), STEPAN)
