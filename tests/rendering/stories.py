"""Cases of the InPlat pack as far as a test needs them, thought through by the domain itself."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import templates
from bot.rendering.cards.cards import Renderer
from bot.rendering.letters import JinjaLetters
from bot.rendering.markup.mrkdwn import SlackMrkdwn
from tests.slack.server.mrkdwn import to_plain
from workflows.definitions.load import Company, load_company
from workflows.domain import commands
from workflows.domain.case import Case, CaseIdentity, Task
from workflows.domain.decide import decide, open_case
from workflows.domain.decision import Decision, Situation
from workflows.domain.definition import Field, FieldType, WorkflowDefinition
from workflows.domain.ids import CaseId, FieldName, OutcomeId, PersonId, ProcessId, StageId
from workflows.ports.chat import Dialect
from workflows.ports.rendering import CardFacts, FilledLetter
from workflows.usecases.organising import CurrentOrganisation

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 3, 12, 11, 5, tzinfo=UTC)
"""14:05 in Moscow."""
HOSTILE = "<b>Ромашка & Co</b> *_{{x}}_*"
ANNA, BORIS, MARIA, GLEB, NIKOLAY = (PersonId(name) for name in ("anna", "boris", "maria", "gleb", "nikolay"))


@cache
def company() -> Company:
    """Return the InPlat pack."""
    return load_company(templates.FOLDER / "companies" / "inplat")


def definition() -> WorkflowDefinition:
    """Return its process."""
    return company().definitions[ProcessId("client_onboarding")]


@cache
def renderer() -> Renderer:
    """Return the renderer of the company."""
    return Renderer(CurrentOrganisation(company().organisation), MOSCOW)


@cache
def writer() -> JinjaLetters:
    """Return the writer of its letters."""
    return JinjaLetters(company().letters, CurrentOrganisation(company().organisation), MOSCOW)


def situation(actor: PersonId | None, now: datetime) -> Situation:
    """Return what surrounds a command."""
    return Situation(definition=definition(), organisation=company().organisation, actor=actor, now=now)


def opened(client: str = "Ромашка", comment: str = "Просят запуск к маю", now: datetime = NOON) -> Decision:
    """Return the case as Anna of sales opens it."""
    values: Mapping[FieldName, object] = {
        FieldName(name): value
        for name, value in {
            "client": {"id": 1, "name": client},
            "contact": "Олег Романович",
            "phone": "8 495 123-45-67",
            "email": "oleg@romashka.example",
            "inn": "7707083893",
            "site": "romashka.example",
            "services": ["cards", "sbp"],
            "expected_start": "01.05.2026",
            "comment": comment,
        }.items()
    }
    command = commands.OpenCase(process=definition().id, outcome=OutcomeId("work_begun"), values=values)
    return open_case(CaseIdentity(id=CaseId(1), number="ONB-1"), command, situation(ANNA, now))


def then(
    case: Case, command: commands.TaskCommand | commands.CaseCommand, by: PersonId | None, minutes: int
) -> Decision:
    """Return what a command leads to, some minutes after the opening."""
    return decide(case, command, situation(by, NOON + timedelta(minutes=minutes)))


def task_at(case: Case, stage: str) -> Task:
    """Return the latest task of a stage."""
    task = case.latest(StageId(stage))
    assert task is not None
    return task


def letters_of(decision: Decision, now: datetime = NOON) -> tuple[FilledLetter, ...]:
    """Return the letters of a decision, filled."""
    write = writer().write
    return tuple(write(r, case=decision.case, definition=definition(), now=now) for r in decision.letters)


def card_facts(decision: Decision, stage: str, letters: tuple[FilledLetter, ...] = ()) -> CardFacts:
    """Return the facts of a stage's card with the letters that went to the stage."""
    return CardFacts(
        case=decision.case,
        task=task_at(decision.case, stage),
        definition=definition(),
        letters=tuple(letter for letter in letters if letter.stage == stage),
        now=NOON,
    )


class _Reader(HTMLParser):
    """Reads HTML as a platform does and fails on a tag that it does not know or that is not closed in order."""

    def __init__(self, allowed: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._allowed, self._open, self.text = allowed, list[str](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self._allowed, f"<{tag}> is unknown"
        if tag == "br":
            self.text += "\n"
        elif tag == "details":
            self.text += "\n"
            self._open.append(tag)
        else:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> is out of order"
        if tag == "summary":
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data

    def close(self) -> None:
        super().close()
        assert self._open == []


TAGS = {
    Dialect.HTML: frozenset({"b", "i", "a", "blockquote", "br", "details", "summary"}),
    Dialect.INLINE_HTML: frozenset({"b", "i", "a", "blockquote"}),
}


def shown(text: str, dialect: Dialect) -> str:
    """Return what a reader sees of a marked-up text; fails when the platform would refuse it."""
    if dialect is Dialect.MRKDWN:
        return to_plain(text, lambda _name: None).replace(SlackMrkdwn.BACK_QUOTE, "`")
    reader = _Reader(TAGS[dialect])
    reader.feed(text)
    reader.close()
    return reader.text


_SAMPLES: Mapping[FieldType, object] = {
    FieldType.TEXT: "Слово",
    FieldType.LONG_TEXT: "Первая строка\nВторая строка",
    FieldType.NUMBER: "1250",
    FieldType.MONEY: "12500.00",
    FieldType.DATE: "2026-03-12",
    FieldType.YES_NO: True,
    FieldType.PHONE: "+74951234567",
    FieldType.EMAIL: "oleg@romashka.example",
    FieldType.INN: "7707083893",
    FieldType.FILE: {"id": "f1", "name": "договор.pdf"},
    FieldType.CLIENT: {"id": 1, "name": HOSTILE},
    FieldType.RECORD: {"id": 1, "name": HOSTILE, "kind": "house"},
    FieldType.TIME: "14:30",
    FieldType.MOMENT: "2026-03-12T14:30",
    FieldType.PERCENT: "12.5",
    FieldType.URL: "https://romashka.example/about",
    FieldType.FILES: [{"id": "f1", "name": "договор.pdf"}, {"id": "f2", "name": "счёт.pdf"}],
    FieldType.PERSON: "anna",
    FieldType.DEPARTMENT: "sales",
    FieldType.OGRN: "1027700132195",
    FieldType.KPP: "773601001",
    FieldType.BIK: "044525225",
    FieldType.ACCOUNT: "40702810200000000225",
    FieldType.SNILS: "11223344595",
}


def sample(field: Field) -> object:
    """Return a canonical value of a field."""
    match field.type:
        case FieldType.CHOICE:
            return field.options[0].id
        case FieldType.CHOICES:
            return [option.id for option in field.options[:2]]
        case FieldType.ROWS:
            return [{column.name: sample(column) for column in field.columns}] * 2
    return _SAMPLES[field.type]
