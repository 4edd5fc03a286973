"""Letters and handover messages: templates of the company filled with the facts of a case, in every language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from types import SimpleNamespace
from typing import Protocol

from jinja2 import Template, TemplateError, TemplateSyntaxError, meta

from bot.rendering.language.filters import Formats, words_of
from bot.rendering.language.i18n import one_stop
from bot.rendering.markup.environment import MissingValue, letter_environment
from workflows.definitions.letters.vocabulary import SAID, Settled, file_name
from workflows.domain import errors
from workflows.domain.case import Case
from workflows.domain.definition import Field, FieldType, WorkflowDefinition
from workflows.domain.ids import FieldName, TemplateName
from workflows.domain.notices import LetterRequest
from workflows.domain.text import Language
from workflows.domain.visits.visits import verdicts_of
from workflows.ports.rendering import FilledLetter, LetterText
from workflows.usecases.organising import CurrentOrganisation

_BROKEN = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
"""What a template can raise while it is rendered."""


_END = "\0"
"""Marks the end of a template's first line; no value contains it, since forms remove it from what people type."""


class LetterSource(Protocol):
    """The templates of a company as text."""

    def source(self, template: TemplateName, language: Language) -> str:
        """Return the template's text in a language; raises UnknownLetter."""
        ...

    def version(self, template: TemplateName) -> str:
        """Return a digest of the template's text; raises UnknownLetter."""
        ...


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A compiled template, its subject ended by _END; `names` are the values that it uses."""

    template: Template
    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Occasion:
    """What one letter is filled from; `fields` are those of the process by name."""

    request: LetterRequest
    case: Case
    definition: WorkflowDefinition
    fields: Mapping[FieldName, Field]
    now: datetime


_ENVIRONMENT = letter_environment()


class _Client(str):
    """The client in a letter: `client` and `client.name` both print the name."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """Return the name."""
        return str(self)


class _SettledText(Settled, str):
    __slots__ = ()


class _SettledRows(Settled, list[object]):
    __slots__ = ()


def _settled(value: object) -> object:
    return _SettledRows(value) if isinstance(value, list) else _SettledText(value)


@lru_cache(maxsize=500)
def compiled_letter(source: str) -> _Compiled:
    """Return the template of a letter, compiled; raises TemplateSyntaxError."""
    parsed = _ENVIRONMENT.parse(source.replace("\n", _END + "\n", 1))
    names = frozenset(meta.find_undeclared_variables(parsed))
    template = _ENVIRONMENT.from_string(parsed)
    # Jinja copies them for every rendering, and its chain of mappings takes ten times longer to copy than one.
    template.globals = dict(template.globals)
    return _Compiled(template=template, names=names)


class JinjaLetters:
    """Implements LetterWriter. Templates are compiled once; only the values that a template uses are formatted."""

    def __init__(self, letters: LetterSource, organisation: CurrentOrganisation, zone: tzinfo) -> None:
        self._letters = letters
        self._organisation = organisation
        self._formats = {language: Formats(language, zone) for language in Language}
        self._fields: dict[tuple[str, str], Mapping[FieldName, Field]] = {}

    def write(
        self, request: LetterRequest, *, case: Case, definition: WorkflowDefinition, now: datetime
    ) -> FilledLetter:
        """Render the letter in every language; raises LetterNotReady with the missing value or the broken file."""
        template = request.template
        occasion = _Occasion(
            request=request, case=case, definition=definition, fields=self._fields_of(definition), now=now
        )
        texts = {language: self._text(occasion, language) for language in Language}
        return FilledLetter(
            template=template,
            template_version=self._letters.version(template),
            case_id=request.case_id,
            from_task=request.from_task,
            by=request.by,
            at=now,
            stage=request.stage,
            department=request.department,
            recipient=request.recipient,
            facts=request.facts,
            texts=texts,
        )

    def _text(self, occasion: _Occasion, language: Language) -> LetterText:
        template = occasion.request.template
        file = file_name(template, language)
        try:
            compiled = compiled_letter(self._letters.source(template, language))
            context = self._context(occasion, language, compiled.names)
            subject, _, body = one_stop(compiled.template.render(context)).partition(_END)
            return LetterText(subject=" ".join(subject.split()), body=body.strip())
        except MissingValue as problem:
            raise errors.LetterNotReady(template=template, missing=problem.name) from problem
        except TemplateSyntaxError as problem:
            raise errors.LetterNotReady(template=template, missing=f"{file}:{problem.lineno}") from problem
        except _BROKEN as problem:
            raise errors.LetterNotReady(template=template, missing=file) from problem

    def _fields_of(self, definition: WorkflowDefinition) -> Mapping[FieldName, Field]:
        key = (definition.id, definition.version)
        known = self._fields.get(key)
        if known is None:
            known = self._fields[key] = {field.name: field for field in definition.fields()}
        return known

    def _context(self, occasion: _Occasion, language: Language, names: frozenset[str]) -> dict[str, object]:
        facts, context = occasion.request.facts, dict[str, object]()
        for name in names:
            if name in _OURS:
                value = _OURS[name](self, occasion, language)
                if value is not None:
                    context[name] = value
            elif name == SAID and FieldName(name) not in occasion.fields:
                context[name] = self._approvals(occasion, language)
            elif (field := occasion.fields.get(FieldName(name))) is not None and field.name in facts:
                value = letter_value(field, facts[field.name], language)
                is_settled = field.name in occasion.request.settled
                context[name] = _settled(value) if is_settled else value
        return context

    def _approvals(self, occasion: _Occasion, language: Language) -> list[SimpleNamespace]:
        """Return what approvers said: in the letter of an approval those of its stage, else those of each stage.

        Of each stage it is the latest visit that counts.
        """
        found = []
        task_of_letter = occasion.case.tasks.get(occasion.request.from_task)
        own = None if task_of_letter is None or task_of_letter.part is None else task_of_letter.stage
        verdicts = verdicts_of(occasion.case, occasion.definition)
        if any(stage.id == own for stage, _task in verdicts):
            verdicts = tuple(verdict for verdict in verdicts if verdict[0].id == own)
        for stage, task in verdicts:
            outcome = None if task.outcome is None else stage.outcome(task.outcome)
            person = None if task.assignee is None else self._organisation.now.people.get(task.assignee)
            if outcome is None or task.part is None or task.assignee is None:
                continue
            said = {
                "person": self._organisation.now.name_of(task.assignee).in_(language),
                "post": "" if person is None else person.post.in_(language),
                "decision": outcome.title.in_(language),
            }
            found.append(SimpleNamespace(**said, **({"comment": task.part.comment} if task.part.comment else {})))
        return found

    def _client(self, occasion: _Occasion, _language: Language) -> object:
        client = occasion.case.client
        return None if client is None else _Client(client.name)

    def _case(self, occasion: _Occasion, _language: Language) -> object:
        return SimpleNamespace(number=occasion.case.number)

    def _sender(self, occasion: _Occasion, language: Language) -> object:
        person = self._organisation.now.people.get(occasion.request.by)
        if person is None:
            return None
        return SimpleNamespace(name=person.name.in_(language), post=person.post.in_(language))

    def _department(self, occasion: _Occasion, language: Language) -> object:
        to = occasion.request.department
        department = None if to is None else self._organisation.now.departments.get(to)
        return (self._organisation.now.name if department is None else department.title).in_(language)

    def _company(self, _occasion: _Occasion, language: Language) -> object:
        return self._organisation.now.name.in_(language)

    def _today(self, occasion: _Occasion, language: Language) -> object:
        return self._formats[language].today(occasion.now)


def letter_value(field: Field, value: object, language: Language) -> object:
    """Return a fact as a letter prints it: words, or for rows a list of objects with the columns as attributes."""
    if field.type is not FieldType.ROWS or not isinstance(value, list | tuple):
        return words_of(field, value, language)
    columns = {column.name: column for column in field.cells}
    return [
        SimpleNamespace(
            **{n: words_of(columns[n], cell, language) for n, cell in row.items() if n in columns and cell is not None}
        )
        for row in value
    ]


_OURS: Mapping[str, Callable[[JinjaLetters, _Occasion, Language], object]] = {
    "client": JinjaLetters._client,
    "case": JinjaLetters._case,
    "sender": JinjaLetters._sender,
    "department": JinjaLetters._department,
    "company": JinjaLetters._company,
    "today": JinjaLetters._today,
}
"""The value of each name of `workflows.definitions.letters.VARIABLES`, complete by test."""
