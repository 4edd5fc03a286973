"""Stages that a case of another process does: that process, its fields and its ends exist and fit."""

from collections.abc import Iterator, Mapping

from workflows.definitions.building.process import cells_of, fields_of, names_at, process_names
from workflows.definitions.check.stages.ways import Fields, Process, unknown
from workflows.definitions.expressions.check_types import type_of_expression
from workflows.definitions.expressions.compile import BadExpression
from workflows.definitions.expressions.value_types import KNOWN_RECORDS, Names, names_of, type_of
from workflows.definitions.problems import Problem
from workflows.definitions.read import schema
from workflows.definitions.read.yaml_text import Path
from workflows.domain.definition import Closing
from workflows.domain.ids import FieldName, ProcessId, StageId
from workflows.domain.text import Text

_PROCESS = Text(ru="процесса", en="process")
_OUTCOME = Text(ru="у этого этапа решения", en="outcome of this stage")
_IN_FORM = Text(ru="в форме этого этапа поля", en="field in the form of this stage")


def check_sub_cases(process: Process, fields: Fields) -> Iterator[Problem]:
    """Iterate over what is wrong with the stages that other cases do, as far as this process alone shows it."""
    names = process_names(process.keys, KNOWN_RECORDS)
    for stage_id, stage in process.keys.stages.items():
        if isinstance(stage.work, schema.SubCaseKeys):
            yield from _check_stage(process, stage_id, stage.work, fields, names_at(process.keys, stage, names))


def _check_stage(
    process: Process, stage_id: StageId, work: schema.SubCaseKeys, fields: Fields, names: Names
) -> Iterator[Problem]:
    at: Path = ("stages", stage_id)
    stage = process.keys.stages[stage_id]
    if stage_id == process.keys.start:
        yield process.problem(
            (*at, "work"),
            "первый этап выполняет тот, кто открывает дело; уберите work или начните процесс с другого этапа",
            "the first stage is done by whoever opens the case; remove the work or start the process elsewhere",
        )
        return
    for name, source in work.with_.items():
        if source not in fields and source not in _cells(process, work):
            try:
                type_of_expression(source, names)
            except BadExpression as bad:
                yield process.problem((*at, "work", "with", name), bad.words.ru, bad.words.en)
    for name in work.take:
        if name not in stage.form:
            yield unknown(process, (*at, "work", "take", name), _IN_FORM, name, stage.form)
    for name in stage.form:
        if name not in work.take and all(taken in stage.form for taken in work.take):
            yield process.problem(
                (*at, "form", name),
                f"поле «{name}» никто не заполнит: этап выполняет другое дело; напишите в take, откуда его взять",
                f'nobody fills in "{name}": another case does the stage; say in take where it comes from',
            )
    for end, outcome in work.ends.items():
        if outcome not in stage.outcomes:
            yield unknown(process, (*at, "work", "ends", end), _OUTCOME, outcome, stage.outcomes)
    yield from _check_waiting(process, at, work)


def _check_waiting(process: Process, at: Path, work: schema.SubCaseKeys) -> Iterator[Problem]:
    """Check what is said of rows and of facts that come back: there are rows, and the case waits."""
    is_about_rows = bool(work.in_ or work.need or work.until)
    if not work.wait and work.each is not None and is_about_rows:
        yield process.problem(
            (*at, "work", "wait"),
            "дело не ждёт (wait: false): дела по всем строкам открываются сразу; уберите in, need и until",
            "the case does not wait (wait: false): the cases of all rows are opened at once; remove in, need and until",
        )
    if work.each is None and is_about_rows:
        yield process.problem(
            (*at, "work"),
            "in, need и until говорят о строках; допишите each: список, для каждой строки которого нужно дело",
            "in, need and until are about rows; add each: the list for each row of which there is a case",
        )
    if not work.wait and (work.take or work.ends):
        yield process.problem(
            (*at, "work", "wait"),
            "дело не ждёт (wait: false), поэтому из другого ничего не возьмёт; уберите take и ends",
            "the case does not wait (wait: false), so that nothing comes back; remove take and ends",
        )


def _cells(process: Process, work: schema.SubCaseKeys) -> Mapping[FieldName, schema.Asked | schema.Column]:
    """Return the cells of the rows for each of which a case is opened."""
    return {} if work.each is None else cells_of(process.keys, work.each)


def check_other_processes(processes: Mapping[ProcessId, Process]) -> Iterator[Problem]:
    """Iterate over what does not fit between a process and those whose cases it opens."""
    for process in processes.values():
        for stage_id, stage in process.keys.stages.items():
            if not isinstance(stage.work, schema.SubCaseKeys):
                continue
            other = processes.get(stage.work.case)
            at: Path = ("stages", stage_id, "work")
            if other is None:
                yield unknown(process, (*at, "case"), _PROCESS, stage.work.case, processes)
            else:
                yield from _check_other(process, at, stage, stage.work, other)


def _check_other(
    process: Process, at: Path, stage: schema.StageKeys, work: schema.SubCaseKeys, other: Process
) -> Iterator[Problem]:
    own: Mapping[FieldName, schema.Asked | schema.Column] = {**fields_of(process.keys), **_cells(process, work)}
    theirs = fields_of(other.keys)
    there = Text(ru=f"в процессе «{work.case}» поля", en=f'field in the process "{work.case}"')
    names = names_at(process.keys, stage, names_of(process.keys, fields_of(process.keys), KNOWN_RECORDS))
    for name, source in work.with_.items():
        path: Path = (*at, "with", name)
        if name not in theirs:
            yield unknown(process, path, there, name, theirs)
        elif type_of_expression(source, names).gives is not type_of(theirs[name]).gives:
            yield _of_another_kind(process, path, source, name)
    for name, from_ in work.take.items():
        path = (*at, "take", name)
        if from_ not in theirs:
            yield unknown(process, path, there, from_, theirs)
        elif name in own and own[name].type != theirs[from_].type:
            yield _of_another_kind(process, path, from_, name)
    yield from _check_ends(process, at, stage, work, other)


def _of_another_kind(process: Process, path: Path, one: str, other: str) -> Problem:
    return process.problem(
        path,
        f"«{one}» и «{other}» разного вида; передавайте поле в поле того же типа",
        f'"{one}" and "{other}" are of different kinds; hand a field over to one of the same type',
    )


def _check_ends(
    process: Process, at: Path, stage: schema.StageKeys, work: schema.SubCaseKeys, other: Process
) -> Iterator[Problem]:
    ends = other.keys.ends
    what = Text(ru=f"у процесса «{work.case}» завершения", en=f'end of the process "{work.case}"')
    for end in work.ends:
        if end not in ends:
            yield unknown(process, (*at, "ends", end), what, end, ends)
    closing = [name for name, end in ends.items() if end.closes is not Closing.BRANCH]
    left = [name for name in closing if name not in work.ends]
    if work.wait and left and len(stage.outcomes) > 1 and all(end in ends for end in work.ends):
        yield process.problem(
            (*at, "ends") if work.ends else (*at, "case"),
            f"не сказано, какое решение принять, если дело завершится «{left[0]}»; допишите ends: {{{left[0]}: …}}",
            f'it is not said which outcome follows when the case ends with "{left[0]}"; add ends: {{{left[0]}: …}}',
        )
