"""The references of a process: every stage, end, field and department that is named exists and fits.

A process without these problems can be built; `check_flow` checks whether cases can run through it.
"""

from collections.abc import Iterator

from workflows.definitions.building.process import duration, fields_of, names_at, original, process_names, type_of_field
from workflows.definitions.check.forms.computed import check_computed
from workflows.definitions.check.forms.fields import check_field
from workflows.definitions.check.forms.questions import check_questions
from workflows.definitions.check.stages.rules import check_rules
from workflows.definitions.check.stages.sub_cases import check_sub_cases
from workflows.definitions.check.stages.ways import STAGE, check_condition, check_targets, check_ways, unknown
from workflows.definitions.check.stages.who import check_who
from workflows.definitions.check.stages.work import check_work
from workflows.definitions.expressions.value_types import VISIT
from workflows.definitions.letters.vocabulary import CLIENT, VARIABLES
from workflows.definitions.problems import Problem, did_you_mean, listing
from workflows.definitions.read import schema
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.yaml_text import Path
from workflows.domain.clients import ClientAttribute
from workflows.domain.definition import FieldType, Preview
from workflows.domain.ids import FieldName, StageId
from workflows.domain.people import Organisation
from workflows.domain.text import Text

Process = Parsed[schema.ProcessKeys]

_FIELD = Text(ru="поля", en="field")

_WORDS_OF_JINJA = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "elif", "for", "loop", "true", "false", "none"}
)
_RESERVED = (frozenset(VARIABLES) | {VISIT} | _WORDS_OF_JINJA) - {CLIENT}
_FITS: dict[ClientAttribute, frozenset[str]] = {
    ClientAttribute.INN: frozenset({"inn", "text"}),
    ClientAttribute.CONTACT: frozenset({"text", "long_text"}),
    ClientAttribute.PHONE: frozenset({"phone", "text"}),
    ClientAttribute.EMAIL: frozenset({"email", "text"}),
    ClientAttribute.SITE: frozenset({"text", "url"}),
}


def check_departments(process: Process, organisation: Organisation) -> Iterator[Problem]:
    """Iterate over the stages whose department the organisation does not have."""
    for name, stage in process.keys.stages.items():
        if stage.department is not None and stage.department not in organisation.departments:
            guess = did_you_mean(stage.department, organisation.departments)
            yield process.problem(
                ("stages", name, "department"),
                f"нет отдела «{stage.department}»; {guess.ru}; исправьте или опишите его в organisation.yaml",
                f'there is no department "{stage.department}"; {guess.en}; correct it or add it to organisation.yaml',
            )


def check_references(process: Process) -> Iterator[Problem]:
    """Iterate over the problems: names that refer to nothing, and keys that contradict one another."""
    keys = process.keys
    if keys.start not in keys.stages:
        yield unknown(process, ("start",), STAGE, keys.start, keys.stages)
    for name in keys.stages:
        if str(name) in keys.ends:
            yield process.problem(
                ("ends", name),
                f"«{name}» — и этап, и завершение; назовите завершение иначе",
                f'"{name}" is a stage and an end; give the end another name',
            )
    fields = fields_of(keys)
    for index, field in enumerate(keys.summary):
        if field not in fields:
            yield unknown(process, ("summary", index), _FIELD, field, fields)
    yield from _check_client(process, fields)
    yield from check_questions(process, fields)
    yield from check_who(process, process_names(keys))
    yield from check_rules(process, fields)
    yield from check_work(process, fields)
    yield from check_sub_cases(process, fields)
    first_seen: dict[FieldName, StageId] = {}
    for stage_id, stage in keys.stages.items():
        at: Path = ("stages", stage_id)
        for field in stage.form:
            yield from _check_field(process, stage_id, field, first_seen.setdefault(field, stage_id))
        for outcome_id, outcome in stage.outcomes.items():
            yield from _check_outcome(process, stage, (*at, "outcomes", outcome_id), outcome)
        join: Path = (*at, "join", "of") if isinstance(stage.join, schema.JoinKeys) else (*at, "join")
        for index, joined in enumerate(stage.joined):
            if joined not in keys.stages:
                yield unknown(process, (*join, index), STAGE, joined, keys.stages)
            elif joined == stage_id or joined in stage.joined[:index]:
                yield process.problem(
                    (*join, index),
                    f"«{joined}» в join лишний; уберите: этап не ждёт сам себя, и каждый назван один раз",
                    f'"{joined}" is too much in the join; remove it: no stage waits for itself, and each is named once',
                )
        yield from check_ways(process, stage_id, fields)
        reaction = stage.reaction
        if reaction is not None and duration(reaction.escalate) < duration(reaction.remind):
            yield process.problem(
                (*at, "reaction"),
                f"начальнику сообщат ({reaction.escalate}) раньше, чем напомнят отделу ({reaction.remind}); "
                "сделайте escalate больше remind",
                f"the head is told ({reaction.escalate}) before the department is reminded ({reaction.remind}); "
                "make escalate longer than remind",
            )


def _check_client(process: Process, fields: dict[FieldName, schema.Asked]) -> Iterator[Problem]:
    keys = process.keys
    clients = [name for name, asked in fields.items() if type_of_field(asked) is FieldType.CLIENT]
    for stage_id, stage in keys.stages.items():
        for name in stage.form:
            if name in clients[1:]:
                yield process.problem(
                    ("stages", stage_id, "form", name),
                    f"в деле один клиент, и его поле уже есть: «{clients[0]}»; уберите «{name}» или смените его тип",
                    f'a case has one client, and "{clients[0]}" is its field; remove "{name}" or change its type',
                )
            elif name in clients and keys.start in keys.stages and name not in keys.stages[keys.start].form:
                yield process.problem(
                    ("stages", stage_id, "form", name),
                    f"клиента выбирают, когда открывают дело; перенесите «{name}» в форму этапа «{keys.start}»",
                    f'the client is chosen when a case is opened; move "{name}" to the form of "{keys.start}"',
                )
        for outcome_id, outcome in stage.outcomes.items():
            if outcome.letters and not clients:
                yield process.problem(
                    ("stages", stage_id, "outcomes", outcome_id, "letters"),
                    f"письмо некому отправить; добавьте поле типа client в форму этапа «{keys.start}»",
                    f'there is no client to write to; add a field of type client to the form of "{keys.start}"',
                )


def _check_field(process: Process, stage_id: StageId, name: FieldName, first: StageId) -> Iterator[Problem]:
    keys = process.keys
    at: Path = ("stages", stage_id, "form", name)
    asked = original(keys, stage_id, name)
    written = keys.stages[stage_id].form[name]
    if asked is None:
        stage = written.from_ if isinstance(written, schema.FromKeys) else stage_id
        guess = did_you_mean(stage, [s for s in keys.stages if original(keys, s, name) is not None])
        yield process.problem(
            (*at, "from"),
            f"в этапе «{stage}» нет поля «{name}»; {guess.ru}; укажите в from этап, в форме которого оно описано",
            f'the stage "{stage}" has no field "{name}"; {guess.en}; name the stage in whose form it is described',
        )
        return
    if name in _RESERVED or (name == CLIENT and type_of_field(asked) is not FieldType.CLIENT):
        yield process.problem(
            at,
            f"имя «{name}» занято для писем и условий; назовите поле иначе",
            f'the name "{name}" is taken by letters and conditions; give the field another name',
        )
    before = original(keys, first, name)
    if before is not None and _shape(before) != _shape(asked):
        yield process.problem(
            at,
            f"поле «{name}» в этапе «{first}» другого вида; напишите здесь «{name}: {{from: {first}}}» "
            "или назовите поле иначе",
            f'the field "{name}" is of another kind in the stage "{first}"; write "{name}: {{from: {first}}}" here '
            "or give the field another name",
        )
    if not isinstance(written, schema.FromKeys) and written.computed is not None:
        if schema.rows_of(keys.stages[stage_id].work) is not None and stage_id != keys.start:
            yield process.problem(
                (*at, "computed"),
                "этап делают по строкам, и вычисляемых полей в его форме нет; перенесите поле в форму другого этапа",
                "the stage is done row by row, and its form has no computed fields; move it to another form",
            )
        yield from check_computed(process, at, name, written, fields_of(keys))
    yield from check_field(process, at, written, keys.stages[stage_id].form)
    if isinstance(written, schema.OfClientKeys) and written.of_client is not None:
        yield from _check_of_client(process, at, written.type, written.of_client)


def _shape(asked: schema.Asked) -> object:
    """Return what must be equal in all fields that ask for the same fact."""
    match asked:
        case schema.ChoiceKeys():
            return asked.type, list(asked.options)
        case schema.RowsKeys():
            return [(name, column.type, column.required) for name, column in asked.columns.items()]
        case schema.MoneyKeys():
            return asked.type, asked.currency
        case schema.RecordKeys():
            return asked.type, asked.kind
    return asked.type


def _check_of_client(process: Process, at: Path, kind: str, attribute: ClientAttribute) -> Iterator[Problem]:
    if all(type_of_field(asked) is not FieldType.CLIENT for asked in fields_of(process.keys).values()):
        yield process.problem(
            (*at, "of_client"),
            f"of_client есть, а клиента в деле нет; добавьте поле типа client в форму этапа «{process.keys.start}»",
            f'of_client needs a client; add a field of type client to the form of "{process.keys.start}"',
        )
    if kind not in _FITS[attribute]:
        allowed = listing(sorted(_FITS[attribute]))
        yield process.problem(
            (*at, "of_client"),
            f"«{attribute}» клиента не заполнить полем типа {kind}; нужен тип: {allowed}",
            f'the client\'s "{attribute}" cannot be kept by a field of type {kind}; use the type: {allowed}',
        )


def _check_outcome(
    process: Process,
    stage: schema.StageKeys,
    at: Path,
    outcome: schema.OutcomeKeys,
) -> Iterator[Problem]:
    yield from check_targets(process, at, outcome)
    for index, name in enumerate(outcome.requires or ()):
        if name not in stage.form:
            yield unknown(
                process,
                (*at, "requires", index),
                Text(ru="в форме этого этапа поля", en="field in the form of this stage"),
                name,
                stage.form,
            )
    if outcome.at_once:
        yield from _check_at_once(process, stage, at, outcome)
    if outcome.when is not None:
        names = names_at(process.keys, stage, process_names(process.keys))
        yield from check_condition(process, (*at, "when"), outcome.when, names)


def _check_at_once(
    process: Process, stage: schema.StageKeys, at: Path, outcome: schema.OutcomeKeys
) -> Iterator[Problem]:
    """Iterate over what one press on an unclaimed card can never have done: ticks, and reading what goes out."""
    items = stage.checklist.values()
    if outcome.checklist and any(
        isinstance(item, schema.TextKeys) or (item.required and item.when is None) for item in items
    ):
        yield process.problem(
            (*at, "at_once"),
            "на карточке нельзя отметить пункты чек-листа; уберите «at_once» или допишите «checklist: false»",
            'a check list cannot be ticked on a card; remove "at_once" or add "checklist: false"',
        )
    if outcome.preview is Preview.ALWAYS or (outcome.preview is Preview.OUTSIDE and outcome.letters):
        yield process.problem(
            (*at, "at_once"),
            "письмо нужно показать до отправки; уберите «at_once» или допишите «preview: never»",
            'the letter has to be shown before it is sent; remove "at_once" or add "preview: never"',
        )
