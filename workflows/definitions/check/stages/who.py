"""Whom the stages are for: every rule names people in one way, and what it names exists."""

from collections.abc import Collection, Iterator, Mapping

from workflows.definitions.building.process import cells_of, fields_of, names_at
from workflows.definitions.building.who import NAMING, department_of, kind_of, rules
from workflows.definitions.expressions.compile import BadExpression, compile_condition
from workflows.definitions.expressions.value_types import Names
from workflows.definitions.problems import Problem, did_you_mean, listing
from workflows.definitions.read import schema, who_keys
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.yaml_text import Path
from workflows.domain.ids import FieldName, ProcessId, StageId
from workflows.domain.people import Organisation, Role
from workflows.domain.text import Text
from workflows.domain.who import CLIENT, EVERYBODY, OPENER, Offer, WhoKind

Process = Parsed[schema.ProcessKeys]
_Rule = who_keys.AnyRule | who_keys.AnyNamed
_OF_A_CASE = frozenset({WhoKind.HEAD_OF, WhoKind.DID, WhoKind.OWNER, WhoKind.NAMED_IN})
_NAMING_SOMEBODY = frozenset({"person", "department"})


def check_who(process: Process, names: Names) -> Iterator[Problem]:
    """Iterate over the rules that say nothing or too much, and over stages and conditions in them that do not exist."""
    for stage_id, stage in process.keys.stages.items():
        at: Path = ("stages", stage_id)
        if stage.department is None and (stage.who is None or department_of(stage) is None):
            yield process.problem(
                at if stage.who is None else (*at, "who"),
                f"не сказано, чей этап «{stage_id}»; допишите department: отдел, в канале которого будут карточки",
                f'it is not said whose stage "{stage_id}" is; add department: the one in whose channel its cards are',
            )
        for path, rule in named_rules(at, stage):
            yield from _check_rule(process, stage_id, path, rule, names_at(process.keys, stage, names))
            if not isinstance(rule, str) and rule.named_in is not None:
                yield from _check_named_in(process, stage_id, (*path, "named_in"), rule.named_in)
        if stage_id == process.keys.start:
            yield from _check_start(process, at, stage)
        for index, name in enumerate(stage.but_not):
            if name != OPENER:
                yield from _check_stage(process, (*at, "but_not", index), name)


def _check_start(process: Process, at: Path, stage: schema.StageKeys) -> Iterator[Problem]:
    """Iterate over what means nothing at the first stage, which whoever opens a case does."""
    if stage.but_not:
        yield _means_nothing(process, at, "but_not")


def check_offers_of_starts(processes: Mapping[ProcessId, Process]) -> Iterator[Problem]:
    """Iterate over the offers of first stages that nobody is ever offered: no other process opens such cases."""
    works = [stage.work for process in processes.values() for stage in process.keys.stages.values()]
    opened = {work.case for work in works if isinstance(work, schema.SubCaseKeys)}
    for process_id, process in processes.items():
        start = process.keys.stages.get(process.keys.start)
        if start is not None and start.offer is not Offer.CLAIM and process_id not in opened:
            yield _means_nothing(process, ("stages", process.keys.start), "offer")


def _means_nothing(process: Process, at: Path, key: str) -> Problem:
    return process.problem(
        (*at, key),
        f"первый этап делает тот, кто открыл дело, поэтому {key} здесь ничего не значит; уберите его",
        f"the first stage is done by whoever opens the case, so {key} means nothing here; remove it",
    )


def named_rules(at: Path, stage: schema.StageKeys) -> Iterator[tuple[Path, _Rule]]:
    """Iterate over the rules of a stage and those within them, each with its path."""
    if isinstance(stage.work, schema.ApproveKeys) and stage.work.veto is not None:
        yield (*at, "work", "veto"), stage.work.veto
    is_list = isinstance(stage.who, list)
    for index, rule in enumerate(rules(stage)):
        path: Path = (*at, "who", index) if is_list else (*at, "who")
        yield path, rule
        if isinstance(rule, schema.WhoKeys):
            for place, part in enumerate(rule.of or ()):
                yield (*path, "of", place), part


def _check_rule(process: Process, stage: StageId, path: Path, rule: _Rule, names: Names) -> Iterator[Problem]:
    is_start = stage == process.keys.start
    if isinstance(rule, str):
        if rule == EVERYBODY and not is_start:
            yield process.problem(
                path,
                f"everybody годится только для первого этапа «{process.keys.start}»: дело может открыть каждый; "
                "назовите здесь отдел, должность или человека",
                f'everybody is for the first stage "{process.keys.start}" only: anybody may open a case; name a '
                "department, a post or a person here",
            )
        return
    kind = kind_of(rule)
    if kind is None:
        known = (*NAMING, "department", "of")
        keys = [key for key in known if getattr(rule, key, None) is not None]
        told = Text(ru="оставьте один из них", en="keep one of these")
        if not keys:
            told = Text(ru="допишите один из них", en="add one of these")
        yield process.problem(
            path,
            f"правило должно называть людей ровно одним ключом; {told.ru}: {listing(keys or known)}",
            f"a rule names people by exactly one key; {told.en}: {listing(keys or known)}",
        )
        return
    if kind in _OF_A_CASE and is_start:
        yield process.problem(
            (*path, kind.value),
            f"у первого этапа ещё нет ни дела, ни его карточек; вместо {kind} назовите отдел, должность или everybody",
            f"at the first stage there is no case yet; instead of {kind} name a department, a post or everybody",
        )
    elif kind is WhoKind.DID or (kind is WhoKind.HEAD_OF and rule.head_of != OPENER):
        yield from _check_stage(process, (*path, kind.value), str(getattr(rule, kind)))
    elif kind is WhoKind.OWNER and rule.owner != CLIENT and rule.owner not in names.facts:
        yield _unknown(process, (*path, "owner"), Text(ru="поля", en="field"), rule.owner or "", [*names.facts, CLIENT])
    if rule.when is None:
        return
    if is_start:
        yield process.problem(
            (*path, "when"),
            "у первого этапа условию не на что смотреть: дела ещё нет; уберите when",
            "at the first stage there is nothing for a condition to look at: the case is not open yet; remove when",
        )
        return
    try:
        compile_condition(rule.when, names)
    except BadExpression as bad:
        yield process.problem((*path, "when"), bad.words.ru, bad.words.en)


def _check_named_in(process: Process, stage_id: StageId, path: Path, name: FieldName) -> Iterator[Problem]:
    """Check that a field can name whom a stage is for: it is one of people or departments, and known there."""
    keys, rows = process.keys, schema.rows_of(process.keys.stages[stage_id].work)
    if stage_id == keys.start:
        # `_check_rule` has said so.
        return
    fields: dict[FieldName, schema.Asked | schema.Column] = {**fields_of(keys)}
    if rows is not None:
        fields |= cells_of(keys, rows)
    if name not in fields:
        suited = [each for each, asked in fields.items() if asked.type in _NAMING_SOMEBODY]
        yield _unknown(process, path, Text(ru="поля", en="field"), name, suited)
    elif fields[name].type not in _NAMING_SOMEBODY:
        yield process.problem(
            path,
            f"«{name}» — поле типа {fields[name].type}, человека в нём нет; назовите поле типа person или department",
            f'"{name}" is a field of type {fields[name].type} and names nobody; name one of type person or department',
        )


def _check_stage(process: Process, path: Path, name: str) -> Iterator[Problem]:
    if name not in process.keys.stages:
        yield _unknown(process, path, Text(ru="этапа", en="stage"), name, [*process.keys.stages, OPENER])


def check_named(process: Process, organisation: Organisation) -> Iterator[Problem]:
    """Iterate over what the rules name and the organisation does not have."""
    known: dict[str, tuple[Text, Collection[str]]] = {
        "department": (Text(ru="отдела", en="department"), organisation.departments),
        "head": (Text(ru="отдела", en="department"), organisation.departments),
        "post": (Text(ru="должности", en="post"), organisation.posts),
        "person": (Text(ru="человека", en="person"), organisation.people),
        "role": (Text(ru="роли", en="role"), [*Role, *organisation.roles]),
        "skill": (Text(ru="умения", en="skill"), organisation.skills),
    }
    for stage_id, stage in process.keys.stages.items():
        for path, rule in named_rules(("stages", stage_id), stage):
            if isinstance(rule, str):
                continue
            for key, (what, names) in known.items():
                name = getattr(rule, key)
                if name is not None and name not in names:
                    yield _unknown(process, (*path, key), what, name, names, cure=_LISTED)


_NAME = Text(ru="исправьте имя", en="correct the name")
_LISTED = Text(
    ru="исправьте имя или опишите его в organisation.yaml", en="correct the name or add it to organisation.yaml"
)


def _unknown(
    process: Process, path: Path, what: Text, name: str, known: Collection[str], *, cure: Text = _NAME
) -> Problem:
    guess = did_you_mean(name, known)
    return process.problem(
        path,
        f"нет {what.ru} «{name}»; {guess.ru}; {cure.ru}",
        f'there is no {what.en} "{name}"; {guess.en}; {cure.en}',
    )
