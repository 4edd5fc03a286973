"""A record of the shared base as an answer: its data, its cases, what was changed of it, and how it is corrected."""

from collections.abc import Iterator, Mapping

from bot.actions import Action, Unreadable, Verb
from bot.conversation.cases.status import case_line
from bot.conversation.forms.record_answers import label_of
from bot.conversation.incoming import Answered
from bot.conversation.reply import Ask, Menu, Reply, ReplyKind
from bot.conversation.turn import Turn
from bot.rendering.language.filters import words_of
from bot.rendering.phrases.answer_problems import field_problem
from workflows.domain.definition import Field
from workflows.domain.errors import FormInvalid
from workflows.domain.facts.kinds.named import record_retired
from workflows.domain.facts.values import canonical, read_form
from workflows.domain.ids import FieldName, RecordId
from workflows.domain.permissions import may_correct_records
from workflows.domain.records import RETIRED, Record, RecordChange, RecordKind
from workflows.ports.chat import Button, Message
from workflows.usecases.correct_record import correct_record
from workflows.usecases.records_of_forms import surviving_record

MOST_CASES, MOST_CHANGES = 10, 10
EDIT = "edit"
"""The argument of the button that offers the fields of a record to be corrected."""
EMPTY = frozenset({"-", "—", "–"})
"""What is typed to empty a field."""


def record_button(turn: Turn, record: Record) -> Button:
    """Return the button that opens a record."""
    kind = turn.definitions.kinds.known(record.kind)
    action = Action(verb=Verb.BASE, target=str(record.id))
    return Button(label=f"{kind.title.in_(turn.language)}: {record.name}", action=action.encode())


def record_line(turn: Turn, record: Record) -> Mapping[str, str]:
    """Return what a line shows of a record."""
    kind = turn.definitions.kinds.known(record.kind)
    return {"kind": kind.title.in_(turn.language), "label": label_of(kind, record, turn.language)}


async def show(turn: Turn, action: Action) -> Reply:
    """Return a record, or what may be corrected of it."""
    record = await _record(turn, action)
    kind = turn.definitions.kinds.known(record.kind)
    if action.argument == EDIT:
        return _fields_menu(turn, kind, record)
    if action.argument:
        return _ask(turn, kind, record, _field(kind, action.argument))
    return Reply(message=await _message(turn, kind, record))


async def correct(turn: Turn, action: Action, answered: Answered) -> Reply:
    """Write a corrected field to a record and return the record as it is now."""
    return await _corrected(turn, action, answered.text)


async def choose(turn: Turn, action: Action) -> Reply:
    """Write the option of a button to a record and return the record as it is now."""
    name, _, option = action.argument.partition("=")
    record = await _record(turn, action)
    field = _field(turn.definitions.kinds.known(record.kind), name)
    if not option.isdecimal() or int(option) >= len(field.options):
        raise Unreadable("there is no such option")
    return await _corrected(turn, action, field.options[int(option)].id)


async def _corrected(turn: Turn, action: Action, text: str) -> Reply:
    record = await _record(turn, action)
    kind = turn.definitions.kinds.known(record.kind)
    field = _field(kind, action.argument.partition("=")[0])
    raw = None if text.strip() in EMPTY else canonical(field, text, turn.today)
    try:
        if record.retired:
            raise FormInvalid(problems={field.name: record_retired(record.name)})
        value = read_form([field], {field.name: raw}).get(field.name)
    except FormInvalid as invalid:
        toast = field_problem(invalid.problems[field.name], field, turn.language)
        return Reply(toast=toast, kind=ReplyKind.MENDABLE)
    await correct_record(turn.handler, kind, record.id, {field.name: value}, actor=turn.person.id)
    now = await surviving_record(turn.queries, record.id) or record
    toast = turn.words.gettext("Corrected: %(field)s.", field=field.label.in_(turn.language))
    return Reply(toast=toast, message=await _message(turn, kind, now), kind=ReplyKind.DONE)


async def _record(turn: Turn, action: Action) -> Record:
    number = int(action.target) if action.target.isdecimal() else 0
    record = await surviving_record(turn.queries, RecordId(number))
    if record is None:
        raise Unreadable("there is no such record")
    return record


def _field(kind: RecordKind, name: str) -> Field:
    field = kind.field(name)
    if field is None:
        raise Unreadable("the record has no such field")
    return field


def _fields_menu(turn: Turn, kind: RecordKind, record: Record) -> Reply:
    buttons = []
    for field in kind.fields:
        action = Action(verb=Verb.BASE, target=str(record.id), argument=field.name)
        buttons.append(Button(label=field.label.in_(turn.language), action=action.encode()))
    text = turn.words.gettext("What has to be corrected?")
    return Reply(dialog=Menu(title=record.name, text=text, buttons=tuple(buttons)))


def _ask(turn: Turn, kind: RecordKind, record: Record, field: Field) -> Reply:
    label = field.label.in_(turn.language)
    if field.options:
        buttons = tuple(
            Button(label=option.label.in_(turn.language), action=_choosing(record, field, at))
            for at, option in enumerate(field.options)
        )
        return Reply(dialog=Menu(title=record.name, text=label, buttons=buttons))
    now = words_of(field, record.values[field.name], turn.language) if field.name in record.values else "—"
    prompt = turn.words.gettext("%(field)s. Now: %(value)s. A dash empties it.", field=label, value=now)
    action = Action(verb=Verb.CORRECT, target=str(record.id), argument=field.name)
    confirm = turn.words.gettext("Correct")
    title = f"{kind.title.in_(turn.language)}: {record.name}"
    return Reply(dialog=Ask(title=title, prompt=prompt, action=action.encode(), confirm=confirm))


def _choosing(record: Record, field: Field, at: int) -> str:
    return Action(verb=Verb.CORRECT, target=str(record.id), argument=f"{field.name}={at}").encode()


async def _message(turn: Turn, kind: RecordKind, record: Record) -> Message:
    ids = await turn.queries.cases_of_record(record.id, MOST_CASES + 1)
    cases = await turn.queries.case_lines(ids[:MOST_CASES])
    changes = await turn.queries.record_changes(record.id, MOST_CHANGES)
    buttons = [
        Button(label=case.number, action=Action(verb=Verb.CASE, target=str(case.case_id)).encode()) for case in cases
    ]
    if may_correct_records(turn.organisation, turn.person.id) and kind.fields and not record.retired:
        action = Action(verb=Verb.BASE, target=str(record.id), argument=EDIT)
        buttons.append(Button(label=turn.words.gettext("Correct"), action=action.encode()))
    return turn.message(
        "record",
        buttons,
        kind=kind.title.in_(turn.language),
        title=record.name,
        number=record.number,
        retired=record.retired,
        owner=None if record.owner is None else turn.name_of(record.owner),
        facts=list(_facts(turn, kind, record)),
        cases=[case_line(turn, case) for case in cases],
        has_more=len(ids) > MOST_CASES,
        changes=[_change(turn, kind, change) for change in changes],
    )


def _facts(turn: Turn, kind: RecordKind, record: Record) -> Iterator[tuple[str, str]]:
    for field in kind.fields:
        if field.name in record.values:
            yield field.label.in_(turn.language), words_of(field, record.values[field.name], turn.language)


def _change(turn: Turn, kind: RecordKind, change: RecordChange) -> Mapping[str, object]:
    lines = [_changed(turn, kind, name, *both) for name, both in change.changes.items()]
    return {"at": change.at, "by": None if change.by is None else turn.name_of(change.by), "lines": lines}


def _changed(turn: Turn, kind: RecordKind, name: FieldName, before: object, after: object) -> str:
    if name == RETIRED:
        return turn.words.gettext("not in use any more")
    field = kind.field(name)
    if field is None:
        return f"{name}: {before or '—'} → {after or '—'}"
    old, new = ("—" if value is None else words_of(field, value, turn.language) for value in (before, after))
    return f"{field.label.in_(turn.language)}: {old} → {new}"
