"""The record of a case: the answers of its forms, its letters, its history. The same for every chat."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from bot.conversation.client_letters import LetterToSend, letter_to_send
from bot.rendering.history import sentence
from bot.rendering.language.filters import words_of
from bot.rendering.words.cases import CaseWords
from workflows.domain.definition import Field
from workflows.domain.events import CommentAdded, Event, TaskAssigned, TaskOffered
from workflows.domain.facts.values import kind_of
from workflows.domain.ids import FileId, PersonId
from workflows.ports.queries import Queries
from workflows.ports.rendering import FilledLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """A file that can be downloaded."""

    id: FileId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An event or a comment."""

    at: datetime
    by: PersonId | None
    who: str | None
    text: str
    is_comment: bool
    files: tuple[FileLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """A letter that was written; `to_send` is what people do with one to the client."""

    at: datetime
    by: str
    to: str
    subject: str
    body: str
    for_client: bool
    template: str
    version: str
    to_send: LetterToSend | None


def facts_of(named: CaseWords) -> tuple[tuple[str, str], ...]:
    """Return label and value, in words, of every answered field that is not a file."""
    return tuple(
        (field.label.in_(named.language), words_of(field, named.case.values[field.name], named.language))
        for field in _answered_fields(named)
        if not kind_of(field).holds_files
    )


def files_of(named: CaseWords) -> tuple[FileLink, ...]:
    """Return the files of the forms."""
    answers = (named.case.values[field.name] for field in _answered_fields(named) if kind_of(field).holds_files)
    files = (file for answer in answers for file in (answer if isinstance(answer, list | tuple) else [answer]))
    return tuple(
        FileLink(id=FileId(str(file["id"])), name=str(file["name"])) for file in files if isinstance(file, Mapping)
    )


async def letters_of(queries: Queries, named: CaseWords, reader: PersonId) -> tuple[LetterLine, ...]:
    """Return the letters, oldest first, in the reader's language if they have it."""
    to_send = {
        (kept.written.from_task, kept.written.template): letter_to_send(named, kept, reader)
        for kept in await queries.client_letters(named.case.id)
    }
    letters = await queries.letters(named.case.id)
    return tuple(_letter(each, named, to_send.get((each.from_task, each.template))) for each in letters)


async def lines_of(queries: Queries, named: CaseWords) -> tuple[Line, ...]:
    """Return the history, oldest first."""
    history = await queries.history(named.case.id)
    names = await queries.file_names([file for event in history for file in _files_in(event)])
    return tuple(
        Line(
            at=event.at,
            by=event.by,
            who=named.person(event.by) if event.by else None,
            text=sentence(named, event),
            is_comment=isinstance(event, CommentAdded),
            files=tuple(FileLink(id=file, name=names.get(file, file)) for file in _files_in(event)),
        )
        for event in _told(history)
    )


def _told(history: Sequence[Event]) -> Iterator[Event]:
    """Yield what is told of a history: a task that had its assignee from the first did not wait for one."""
    for event, then in zip_longest(history, history[1:]):
        if not (
            isinstance(event, TaskOffered)
            and not event.rework_for
            and isinstance(then, TaskAssigned)
            and then.task_id == event.task_id
        ):
            yield event


def _answered_fields(named: CaseWords) -> list[Field]:
    return [field for field in named.definition.fields() if field.name in named.case.values]


def _letter(letter: FilledLetter, named: CaseWords, to_send: LetterToSend | None) -> LetterLine:
    text = letter.texts.get(named.language) or next(iter(letter.texts.values()))
    return LetterLine(
        at=letter.at,
        by=named.person(letter.by),
        to=named.department(letter.department) if letter.department else named.words.gettext("To the client"),
        subject=text.subject,
        body=text.body,
        for_client=letter.department is None,
        template=letter.template,
        version=letter.template_version,
        to_send=to_send if letter.recipient is not None else None,
    )


def _files_in(event: Event) -> tuple[FileId, ...]:
    return event.files if isinstance(event, CommentAdded) else ()
