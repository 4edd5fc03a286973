"""The history of a case as text: a sentence for every kind of event, in both languages."""

import dataclasses
import inspect
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.rendering.history import sentence
from bot.rendering.language.filters import Formats
from bot.rendering.words.cases import CaseWords
from tests.conversation.desk import Desk
from tests.onboarding import an_organisation, onboarding
from workflows.domain import events
from workflows.domain.case import Asked, Case, CaseStatus, Held
from workflows.domain.ids import CaseId, FieldName, OutcomeId, PersonId, StageId, TaskId
from workflows.domain.text import Language

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KINDS = [
    kind
    for _name, kind in inspect.getmembers(events, inspect.isclass)
    if issubclass(kind, events.Event) and kind is not events.Event
]


def on(language: Language, case: Case) -> CaseWords:
    """Make the words of a case's history."""
    return CaseWords(
        case=case,
        definition=onboarding(),
        organisation=an_organisation(),
        language=language,
        formats=Formats(language, ZoneInfo("Europe/Moscow")),
    )


def an_event(kind: type[events.Event]) -> events.Event:
    """Make an event of that kind that tells of nothing the case knows, as after somebody or something has gone."""
    values: dict[str, object] = {}
    for each in dataclasses.fields(kind):
        if each.default is not dataclasses.MISSING or each.default_factory is not dataclasses.MISSING:
            continue
        values[each.name] = {
            "at": NOON,
            "by": PersonId("anna"),
            "client": None,
            "waited": timedelta(minutes=5),
            "done": True,
            "visits": 3,
            "values": {},
            "went_to": (StageId("gone"),),
            "came_from": (),
            "because": events.Undecided.RULE,
            "held": Held(outcome=OutcomeId("gone"), missing=(FieldName("gone"),), needed=2),
            "asked": Asked(field=FieldName("gone"), person=PersonId("gone")),
        }.get(each.name, f"{each.name}-1")
    return kind(**values)  # type: ignore[arg-type]  # built from the fields themselves


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_has_a_sentence(kind: type[events.Event], language: Language) -> None:
    case = Case(
        id=CaseId(1),
        number="ONB-1",
        process=onboarding().id,
        version=onboarding().version,
        status=CaseStatus.ACTIVE,
        opened_by=PersonId("anna"),
        opened_at=NOON,
        client=None,
    )

    said = sentence(on(language, case), an_event(kind))

    assert said
    assert "%(" not in said


async def test_the_history_of_a_handed_over_case_reads_in_russian() -> None:
    russian_desk = Desk(Language.RU)
    case = await russian_desk.hands_over_intake("Ромашка")
    words = on(Language.RU, case)

    told = [sentence(words, event) for event in await russian_desk.memory.history(case.id)]

    assert told[0] == "Открыто дело ONB-1: Ромашка"
    assert "Взят этап «Знакомство», без ожидания" in told
    assert any(said.startswith("Отмечено: ") for said in told)
    assert not any("task_id" in said or "<" in said for said in told)


@pytest.fixture
def case() -> Case:
    """A case that knows nothing."""
    return Case(
        id=CaseId(1),
        number="ONB-1",
        process=onboarding().id,
        version="1",
        status=CaseStatus.ACTIVE,
        opened_by=PersonId("anna"),
        opened_at=NOON,
        client=None,
    )


def test_a_task_that_is_not_known_is_called_by_its_id(case: Case) -> None:
    withdrawn = events.TaskWithdrawn(at=NOON, by=None, task_id=TaskId("1.9"))

    assert "1.9" in sentence(on(Language.EN, case), withdrawn)


def test_the_end_of_a_case_that_did_one_row_says_what_was_decided_of_it_and_no_way_on(case: Case) -> None:
    ended = events.SubCaseEnded(
        at=NOON,
        by=None,
        task_id=TaskId("1.2"),
        number="SUR-2",
        values={},
        outcome=OutcomeId("can_do"),
        went_to=(),
        rows=FieldName("objects"),
        row=1,
    )

    assert sentence(on(Language.RU, case), ended) == "SUR-2 завершено. Этап «1.2»: can_do"
