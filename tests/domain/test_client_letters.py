"""Letters to the client: marked as sent by whoever works on the case, once, and the mark can be taken back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.domain.walk import NOON
from tests.onboarding import ANNA, IVAN, NIKOLAY, ROMAN, STEPAN, VERA, an_organisation, onboarding
from workflows.domain import commands, errors, events
from workflows.domain.case import Case, CaseIdentity
from workflows.domain.client_letters import ClientLetter, Sent, to_be_sent
from workflows.domain.decide import decide, open_case
from workflows.domain.decision import Decision, Situation
from workflows.domain.ids import CaseId, FieldName, OutcomeId, PersonId, TaskId, TemplateName

INTAKE = TaskId("1.2")
LETTER = ClientLetter(task_id=INTAKE, number=1, template=TemplateName("refusal"), by=STEPAN)
SENT = replace(LETTER, sent=Sent(by=STEPAN, at=NOON))
MARK = commands.MarkLetter(task_id=INTAKE, number=1, sent=True)
TAKE_BACK = replace(MARK, sent=False)


def situation(actor: PersonId, letter: ClientLetter | None = None, now: datetime = NOON) -> Situation:
    return Situation(
        definition=onboarding(), organisation=an_organisation(), actor=actor, now=now, earlier=None, letter=letter
    )


@pytest.fixture
def refused() -> Decision:
    values: dict[FieldName, object] = {
        FieldName("client"): {"id": 1, "name": "Romashka"},
        FieldName("services"): ["cards"],
    }
    opening = commands.OpenCase(process=onboarding().id, outcome=OutcomeId("begin"), values=values)
    case = open_case(CaseIdentity(id=CaseId(1), number="ONB-1"), opening, situation(ANNA)).case
    case = decide(case, commands.ClaimTask(task_id=INTAKE), situation(STEPAN)).case
    answers: dict[FieldName, object] = {FieldName("services"): ["cards"], FieldName("refusal_reason"): "No"}
    complete = commands.CompleteTask(task_id=INTAKE, outcome=OutcomeId("refused"), values=answers)
    return decide(case, complete, situation(STEPAN))


@pytest.fixture
def case(refused: Decision) -> Case:
    return refused.case


def test_only_letters_to_the_client_wait_to_be_sent(refused: Decision) -> None:
    assert to_be_sent(refused.letters) == (LETTER,)
    assert to_be_sent(replace(each, recipient=None) for each in refused.letters) == ()


@pytest.mark.parametrize("person", [ANNA, STEPAN, NIKOLAY, VERA, IVAN], ids=str)
def test_whoever_works_on_the_case_marks_a_letter_even_when_the_case_is_over(case: Case, person: PersonId) -> None:
    decision = decide(case, MARK, situation(person, LETTER, NOON + timedelta(days=1)))

    assert decision.events == (
        events.LetterMarked(
            at=NOON + timedelta(days=1), by=person, task_id=INTAKE, number=1, template=LETTER.template, sent=True
        ),
    )
    assert decision.case == case
    assert decision.notices == ()


def test_a_stranger_to_the_case_marks_nothing(case: Case) -> None:
    with pytest.raises(errors.MayNotMarkLetter):
        decide(case, MARK, situation(ROMAN, LETTER))


def test_a_letter_is_marked_once_and_the_mark_is_taken_back_once(case: Case) -> None:
    with pytest.raises(errors.NothingChanges):
        decide(case, MARK, situation(ANNA, SENT))
    with pytest.raises(errors.NothingChanges):
        decide(case, TAKE_BACK, situation(ANNA, LETTER))

    (event,) = decide(case, TAKE_BACK, situation(ANNA, SENT)).events
    assert isinstance(event, events.LetterMarked)
    assert not event.sent


def test_a_letter_that_was_never_written_cannot_be_marked(case: Case) -> None:
    with pytest.raises(errors.NoSuchLetter):
        decide(case, MARK, situation(STEPAN))
