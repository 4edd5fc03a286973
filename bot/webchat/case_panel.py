"""The conversation of a case as the side panel shows it, gathered from what the core answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.actions import Action, Verb
from bot.rendering.filters import Formats, words_of
from bot.rendering.history import HistoryWords
from bot.webchat.errors import UNKNOWN_CASE, WebError
from bot.webchat.site import Site, Viewer
from workflows.domain.case import Case, CaseStatus, TaskStatus
from workflows.domain.definition import Field, FieldType
from workflows.domain.events import CommentAdded, Event
from workflows.domain.ids import CaseId, FileId
from workflows.domain.permissions import may_cancel
from workflows.ports.rendering import FilledLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """A file that can be fetched."""

    id: FileId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStage:
    """A stage that somebody has to do: who has it (None: it waits in the queue), since when, until when."""

    title: str
    department: str
    assignee: str | None
    since: datetime
    due_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened, or one comment."""

    at: datetime
    who: str | None
    text: str
    is_comment: bool
    is_mine: bool
    files: tuple[FileLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """A letter that was sent."""

    at: datetime
    by: str
    to: str
    subject: str
    body: str
    for_client: bool
    template: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything the panel shows; `cancel` is what ends the case, for those who may."""

    id: CaseId
    number: str
    title: str
    client: str | None
    status: CaseStatus
    end: str | None
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    stages: tuple[OpenStage, ...]
    facts: tuple[tuple[str, str], ...]
    files: tuple[FileLink, ...]
    letters: tuple[LetterLine, ...]
    lines: tuple[Line, ...]
    cancel: Action | None


async def read_case(site: Site, viewer: Viewer, case_id: CaseId) -> CaseView:
    """Gather a case; raises WebError when there is none."""
    services, language = site.services, viewer.language
    case = await services.queries.case(case_id)
    if case is None:
        raise WebError(UNKNOWN_CASE)
    definition = services.definitions.of(case.process, case.version)
    named = HistoryWords(
        case=case,
        definition=definition,
        organisation=services.organisation,
        language=language,
        formats=Formats(language, services.timezone),
    )
    can_cancel = case.status is CaseStatus.ACTIVE and may_cancel(case, definition, services.organisation, viewer.id)
    fields = [field for field in definition.fields() if field.name in case.values]
    return CaseView(
        id=case.id,
        number=case.number,
        title=definition.title.in_(language),
        client=case.client.name if case.client else None,
        status=case.status,
        end=named.place(case.end) if case.end is not None else None,
        opened_by=named.person(case.opened_by),
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        stages=tuple(_open_stages(case, named, services.clock.now())),
        facts=tuple(
            (field.label.in_(language), words_of(field, case.values[field.name], language))
            for field in fields
            if field.type is not FieldType.FILE
        ),
        files=tuple(_files(fields, case)),
        letters=tuple(_letter(letter, named, viewer) for letter in await services.queries.letters(case_id)),
        lines=await _lines(site, viewer, named),
        cancel=Action(verb=Verb.CANCEL, target=str(case.id)) if can_cancel else None,
    )


def _open_stages(case: Case, named: HistoryWords, now: datetime) -> Iterator[OpenStage]:
    for task in case.open_tasks():
        is_claimed = task.status is TaskStatus.CLAIMED and task.assignee is not None
        yield OpenStage(
            title=named.stage(task.stage),
            department=named.department(task.department),
            assignee=named.person(task.assignee) if is_claimed and task.assignee else None,
            since=task.claimed_at if is_claimed and task.claimed_at else task.offered_at,
            due_at=task.due_at,
            is_overdue=task.due_at is not None and task.due_at < now,
        )


def _files(fields: list[Field], case: Case) -> Iterator[FileLink]:
    for field in fields:
        value = case.values[field.name]
        if field.type is FieldType.FILE and isinstance(value, Mapping):
            yield FileLink(id=FileId(str(value["id"])), name=str(value["name"]))


def _letter(letter: FilledLetter, named: HistoryWords, viewer: Viewer) -> LetterLine:
    text = letter.texts.get(viewer.language) or next(iter(letter.texts.values()))
    to = named.department(letter.department) if letter.department else viewer.words.gettext("To the client")
    return LetterLine(
        at=letter.at,
        by=named.person(letter.by),
        to=to,
        subject=text.subject,
        body=text.body,
        for_client=letter.department is None,
        template=letter.template,
        version=letter.template_version,
    )


async def _lines(site: Site, viewer: Viewer, named: HistoryWords) -> tuple[Line, ...]:
    queries = site.services.queries
    history = await queries.history(named.case.id)
    names = await queries.file_names([file for event in history for file in _attached(event)])
    return tuple(
        Line(
            at=event.at,
            who=named.person(event.by) if event.by else None,
            text=named.sentence(event),
            is_comment=isinstance(event, CommentAdded),
            is_mine=event.by == viewer.id,
            files=tuple(FileLink(id=file, name=names.get(file, file)) for file in _attached(event)),
        )
        for event in history
    )


def _attached(event: Event) -> tuple[FileId, ...]:
    return event.files if isinstance(event, CommentAdded) else ()
