"""Each letter of each pack reads well, with everything that can be filled in and with only what certainly is."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bot.rendering.letters import JinjaLetters
from tests.companies import FOLDER, shared
from tests.rendering.stories import MOSCOW, sample
from workflows.definitions.check.letters import Use, filled_before, filled_for, uses_of
from workflows.definitions.load import Company
from workflows.domain.case import Case, CaseStatus, ClientRef, Part, Task, TaskStatus
from workflows.domain.definition import Approval, Field, FieldType, Recipient, Stage, WorkflowDefinition
from workflows.domain.ids import CaseId, ClientId, DepartmentId, FieldName, PersonId, StageId, TaskId, TemplateName
from workflows.domain.notices import LetterRequest
from workflows.domain.people import Person
from workflows.domain.text import Language
from workflows.ports.rendering import FilledLetter, LetterText
from workflows.usecases.organising import CurrentOrganisation

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLIENT = {"id": 1, "name": "ООО «Василёк»"}
UGLY = {
    "two spaces": r"[^\n ] {2,}",
    "a space before a stop": r" [.,;:!?](?:\s|$)",
    "two stops": r"\.\.|,\.|(?<!мес)(?<!дн)(?<!г)\.,|:\.|;\.|\?\.|!\.",
    "an empty line too many": r"\n\n\n",
    "a value of the program": r"None|undefined|True|False|\{\{|\}\}|\{%|Undefined|<.*object at",
    "an abbreviation twice": r"г\.\.",
    "nothing where a value belongs": r"«»|“”|\"\"|\(\)",
    "an unfinished line": r"^(?!Dear |Hello|Kind regards|С уважением).*, *$|: *(?:\n\n|\Z)",
    "rows on one line": r"[^\W\d]\d\. ",
    "a day in figures": r"\d{4}-\d\d-\d\d",
}
PACKS = [folder.name for folder in sorted(FOLDER.iterdir()) if (folder / "organisation.yaml").exists()]


def company_of(pack: str) -> Company:
    company = shared(FOLDER / pack)
    assert company is not None
    return company


def letters_of(pack: str) -> Iterator[tuple[WorkflowDefinition, Use]]:
    for definition in company_of(pack).definitions.values():
        for use in uses_of(definition):
            yield definition, use


FILLED = {(pack, d.id): filled_before(d) for pack in PACKS for d in company_of(pack).definitions.values()}
ALL = [pytest.param(pack, name, id=f"{pack}-{name}") for pack in PACKS for name in company_of(pack).letters.names()]


def value_of(field: Field, people: Mapping[PersonId, Person]) -> object:
    match field.type:
        case FieldType.CLIENT | FieldType.RECORD:
            return CLIENT
        case FieldType.PERSON:
            return next(iter(people))
        case FieldType.ROWS:
            return [{c.name: value_of(c, people) for c in field.cells}] * 2
        case FieldType.LONG_TEXT:
            return "Сделаем в четверг"
    return sample(field)


def least(field: Field, value: object) -> object:
    """Return a value of which only the required cells are filled in."""
    if field.type is not FieldType.ROWS or not isinstance(value, list):
        return value
    required = {column.name for column in field.columns if column.required}
    return [{name: cell for name, cell in row.items() if name in required} for row in value]


def said(definition: WorkflowDefinition, person: Person, *, with_comment: bool) -> Iterator[Task]:
    """Make the verdicts of two approvers for each approval, so that a letter can name them."""
    approvals = (stage for stage in definition.stages.values() if isinstance(stage.work, Approval))
    for at, stage in enumerate(approvals):
        for number in (1, 2):
            yield a_part(stage, person, number, TaskId(f"1.{10 * at + number}"), with_comment=with_comment)


def a_part(stage: Stage, person: Person, number: int, task: TaskId, *, with_comment: bool) -> Task:
    return Task(
        id=task,
        stage=stage.id,
        department=stage.department,
        status=TaskStatus.COMPLETED,
        visit=1,
        offered_at=NOON,
        assignee=person.id,
        closed_at=NOON + timedelta(minutes=number),
        outcome=stage.outcomes[-1].id,
        part=Part(number=number, comment="Дорого" if with_comment else None),
    )


def written(pack: str, definition: WorkflowDefinition, use: Use, *, is_full: bool) -> FilledLetter:
    """Write a letter as its outcome would."""
    company = company_of(pack)
    people = company.organisation.people
    sender = next(iter(people.values()))
    certain = filled_for(definition, use, FILLED[pack, definition.id])
    values = {f.name: value_of(f, people) for f in definition.fields()}
    facts: dict[FieldName, object] = {
        f.name: values[f.name] if is_full else least(f, values[f.name])
        for f in definition.fields()
        if is_full or f.name in certain
    }
    tasks = {task.id: task for task in said(definition, sender, with_comment=is_full)}
    own = [task.id for task in tasks.values() if task.stage == use.stage]
    case = Case(
        id=CaseId(1),
        number=f"{definition.prefix}-1",
        process=definition.id,
        version=definition.version,
        status=CaseStatus.ACTIVE,
        opened_by=sender.id,
        opened_at=NOON,
        client=ClientRef(id=ClientId(1), name=str(CLIENT["name"])),
        tasks=tasks,
    )
    request = LetterRequest(
        template=use.template,
        case_id=case.id,
        from_task=own[-1] if own else TaskId("1.99"),
        by=sender.id,
        facts=facts,
        stage=None if use.to_client else StageId(use.stage),
        department=None if use.to_client else DepartmentId(sender.departments[0]),
        recipient=Recipient.CLIENT if use.to_client else None,
    )
    writer = JinjaLetters(company.letters, CurrentOrganisation(company.organisation), MOSCOW)
    return writer.write(request, case=case, definition=definition, now=NOON)


def looks(text: LetterText) -> str:
    """Return a letter as it is read, with what is ugly in it."""
    whole = f"{text.subject}\n\n{text.body}".replace("\u00a0", " ").replace("\u202f", " ")
    ugly = [name for name, pattern in UGLY.items() if re.search(pattern, whole, re.MULTILINE)]
    return f"{ugly}:\n{whole}" if ugly or not text.subject or not text.body else ""


@pytest.mark.parametrize(("pack", "name"), ALL)
def test_a_letter_reads_well_with_everything_and_with_the_least_that_is_known(pack: str, name: TemplateName) -> None:
    uses = [(definition, use) for definition, use in letters_of(pack) if use.template == name]
    assert uses

    for definition, use in uses:
        full, least_known = (written(pack, definition, use, is_full=is_full).texts for is_full in (True, False))
        for language in Language:
            assert looks(full[language]) == ""
            assert looks(least_known[language]) == ""
            assert len(full[language].body) >= len(least_known[language].body)
        assert full[Language.RU] != full[Language.EN]
