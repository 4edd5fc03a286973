"""The ways of a process: what targets, joins, limits and stages that are left out refer to exists and fits."""

from collections.abc import Iterable, Iterator, Mapping

from workflows.definitions.building.process import process_names
from workflows.definitions.expressions.compile import BadExpression, compile_condition
from workflows.definitions.expressions.value_types import Names
from workflows.definitions.problems import Problem, did_you_mean
from workflows.definitions.read import schema
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.yaml_text import Path
from workflows.domain.ids import FieldName, StageId
from workflows.domain.text import Text

Process = Parsed[schema.ProcessKeys]
Fields = Mapping[FieldName, schema.Asked]

STAGE = Text(ru="этапа", en="stage")
_END = Text(ru="завершения", en="end")
_PLACE = Text(ru="этапа или завершения", en="stage or end")


def unknown(process: Process, path: Path, what: Text, name: str, known: Iterable[str]) -> Problem:
    """Return the problem of a name that stands for nothing."""
    guess = did_you_mean(name, known)
    return process.problem(
        path,
        f"нет {what.ru} «{name}»; {guess.ru}; исправьте имя",
        f'there is no {what.en} "{name}"; {guess.en}; correct the name',
    )


def check_condition(process: Process, path: Path, source: str, names: Names) -> Iterator[Problem]:
    """Yield the problem of a condition over some *names* that cannot be compiled."""
    try:
        compile_condition(source, names)
    except BadExpression as bad:
        yield process.problem(path, bad.words.ru, bad.words.en)


def check_targets(process: Process, at: Path, outcome: schema.OutcomeKeys) -> Iterator[Problem]:
    """Iterate over the targets of an outcome that do not exist, or are named twice."""
    seen: set[str] = set()
    for index, target in enumerate(outcome.to):
        path: Path = (*at, "to", index)
        to = _place(target)
        if (problem := _check_place(process, path, target)) is not None:
            yield problem
        elif to in seen:
            yield process.problem(
                path, f"«{to}» названо дважды; оставьте один раз", f'"{to}" is named twice; keep one of them'
            )
        seen.add(to)


def _place(target: schema.AnyTarget) -> str:
    match target:
        case schema.StageTargetKeys():
            return target.stage
        case schema.EndTargetKeys():
            return target.end
    return target


def _check_place(process: Process, path: Path, target: schema.AnyTarget) -> Problem | None:
    stages, ends = process.keys.stages, process.keys.ends
    known: set[str]
    match target:
        case schema.StageTargetKeys():
            known, what = {*stages}, STAGE
        case schema.EndTargetKeys():
            known, what = {*ends}, _END
        case _:
            known, what = {*stages, *ends}, _PLACE
    to = _place(target)
    return None if to in known else unknown(process, path, what, to, sorted(known))


def check_ways(process: Process, stage_id: StageId, fields: Fields) -> Iterator[Problem]:
    """Iterate over the problems of the ways to a stage and past it."""
    stage = process.keys.stages[stage_id]
    at: Path = ("stages", stage_id)
    for outcome_id, outcome in stage.outcomes.items():
        for index, target in enumerate(outcome.to):
            if not isinstance(target, str) and target.when is not None:
                path = (*at, "outcomes", outcome_id, "to", index, "when")
                yield from check_condition(process, path, target.when, process_names(process.keys))
    yield from _check_need(process, at, stage)
    if stage.skip_when is not None:
        yield from check_condition(process, (*at, "skip_when"), stage.skip_when, process_names(process.keys))
    yield from _check_left_out(process, at, stage_id, stage)
    if stage.at_most is not None:
        yield from _check_at_most(process, (*at, "at_most", "else"), stage_id, stage.at_most)


def _check_need(process: Process, at: Path, stage: schema.StageKeys) -> Iterator[Problem]:
    join = stage.join
    if isinstance(join, schema.JoinKeys) and join.need.isdecimal() and int(join.need) > len(join.of):
        yield process.problem(
            (*at, "join", "need"),
            f"в join названо этапов: {len(join.of)}, а ждать нужно {join.need}; уменьшите need или допишите этапы",
            f"the join names {len(join.of)} stages and needs {join.need} of them; lower the need or add stages",
        )


def _check_left_out(process: Process, at: Path, stage_id: StageId, stage: schema.StageKeys) -> Iterator[Problem]:
    is_left_out = stage.optional or stage.skip_when is not None
    key = "optional" if stage.optional else "skip_when"
    if is_left_out and stage_id == process.keys.start:
        yield process.problem(
            (*at, key),
            f"первый этап выполняет тот, кто открывает дело, его не пропустить; уберите {key}",
            f"the first stage is done by whoever opens the case and cannot be left out; remove {key}",
        )
    elif is_left_out and stage.left_out_as is None and len(stage.outcomes) > 1:
        yield process.problem(
            (*at, key),
            "этап можно пропустить, а решений у него несколько; напишите, какое из них тогда считать принятым: "
            f"left_out_as: {next(iter(stage.outcomes))}",
            "the stage may be left out and has several outcomes; say which of them counts then: "
            f"left_out_as: {next(iter(stage.outcomes))}",
        )
    if stage.left_out_as is not None and not is_left_out:
        yield process.problem(
            (*at, "left_out_as"),
            "left_out_as есть, а пропустить этап нельзя; допишите skip_when или optional: true, или уберите его",
            "there is left_out_as, but the stage is never left out; add skip_when or optional: true, or remove it",
        )
    elif stage.left_out_as is not None and stage.left_out_as not in stage.outcomes:
        what = Text(ru="у этого этапа решения", en="outcome of this stage")
        yield unknown(process, (*at, "left_out_as"), what, stage.left_out_as, stage.outcomes)


def _check_at_most(process: Process, path: Path, stage_id: StageId, at_most: schema.AtMostKeys) -> Iterator[Problem]:
    if (problem := _check_place(process, path, at_most.else_)) is not None:
        yield problem
        return
    if _place(at_most.else_) == stage_id:
        yield process.problem(
            path,
            f"else ведёт на тот же этап «{stage_id}»; назовите другой этап или завершение",
            f'the else leads to the same stage "{stage_id}"; name another stage or an end',
        )
    if not isinstance(at_most.else_, str) and at_most.else_.when is not None:
        yield process.problem(
            (*path, "when"),
            "у else условия быть не может: идти больше некуда; уберите when",
            "the else cannot have a condition: there is nowhere else to go; remove the when",
        )
