"""Whether `work:` of a stage fits: rows that can be done one by one, approvals that say what each outcome means."""

from collections.abc import Iterator

from workflows.definitions.building.process import original, process_names
from workflows.definitions.building.work import VERDICTS, verdict_of
from workflows.definitions.expressions.compile import BadExpression, compile_condition
from workflows.definitions.expressions.defaults import Facts
from workflows.definitions.problems import Problem, did_you_mean, listing
from workflows.definitions.read import schema
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.yaml_text import Path
from workflows.domain.definition import Verdict
from workflows.domain.ids import FieldName, StageId

Process = Parsed[schema.ProcessKeys]

_NOT_IN_A_ROW = frozenset({"rows", "client"})


def check_work(process: Process, fields: Facts) -> Iterator[Problem]:
    """Iterate over the problems of stages whose visits have several tasks; *fields* are the facts of the case."""
    told: set[tuple[FieldName, FieldName]] = set()
    for stage_id, stage in process.keys.stages.items():
        at: Path = ("stages", stage_id, "work")
        rows = schema.rows_of(stage.work)
        if rows is None and not isinstance(stage.work, schema.ApproveKeys):
            yield from _check_no_verdicts(process, stage_id, stage)
        elif stage_id == process.keys.start and isinstance(stage.work, schema.SubCaseKeys):
            # `check_sub_cases` says so.
            continue
        elif stage_id == process.keys.start:
            yield process.problem(
                at,
                "дело открывают на первом этапе, и у него одна задача; уберите work или поставьте этап следующим",
                "a case is opened at the first stage, which has one task; remove work or put the stage after it",
            )
        elif rows is not None and isinstance(stage.work, schema.RowKeys):
            yield from _check_rows(process, at, rows, stage.work.until, fields)
            yield from _check_form(process, stage_id, stage, rows, fields)
            yield from _check_columns(process, at, rows, fields, told)
            yield from _check_no_verdicts(process, stage_id, stage)
        else:
            yield from _check_verdicts(process, stage_id, stage)


def _check_rows(process: Process, at: Path, each: FieldName, until: str | None, fields: Facts) -> Iterator[Problem]:
    rows = fields.get(each)
    if rows is None:
        guess = did_you_mean(each, [name for name, field in fields.items() if field.type == "rows"])
        yield process.problem(
            (*at, "each"),
            f"нет поля «{each}»; {guess.ru}; назовите поле типа rows из формы более раннего этапа",
            f'there is no field "{each}"; {guess.en}; name a field of type rows of the form of an earlier stage',
        )
    elif rows.type != "rows":
        yield process.problem(
            (*at, "each"),
            f"«{each}» — поле типа {rows.type}, строк в нём нет; назовите поле типа rows",
            f'"{each}" is a field of type {rows.type} and has no rows; name a field of type rows',
        )
    if until is not None:
        try:
            compile_condition(until, process_names(process.keys))
        except BadExpression as bad:
            yield process.problem((*at, "until"), bad.words.ru, bad.words.en)


def _check_form(
    process: Process, stage_id: StageId, stage: schema.StageKeys, each: FieldName, fields: Facts
) -> Iterator[Problem]:
    """Check what is asked about a row: it is a cell, and no fact of the case."""
    rows = fields.get(each)
    columns = rows.columns if isinstance(rows, schema.RowsKeys) else {}
    for name in stage.form:
        at: Path = ("stages", stage_id, "form", name)
        asked = original(process.keys, stage_id, name)
        if asked is None:
            continue
        if name in fields:
            yield process.problem(
                at,
                f"«{name}» — поле дела, а этот этап спрашивает о строке «{each}»; назовите поле иначе",
                f'"{name}" is a field of the case, and this stage asks about a row of "{each}"; '
                "give the field another name",
            )
        elif asked.type in _NOT_IN_A_ROW:
            yield process.problem(
                (*at, "type"),
                f"поле типа {asked.type} не помещается в строку; спросите об этом в другом этапе",
                f"a field of type {asked.type} does not fit into a row; ask for it in another stage",
            )
        elif isinstance(asked, schema.PlainFieldKeys) and asked.of_client is not None:
            yield process.problem(
                (*at, "of_client"),
                "ответ о строке не записывают в базу клиентов; уберите of_client",
                "an answer about a row is not written to the client base; remove of_client",
            )
        elif name in columns and columns[name].type != asked.type:
            yield process.problem(
                (*at, "type"),
                f"столбец «{name}» в «{each}» типа {columns[name].type}; напишите тот же тип или другое имя",
                f'the column "{name}" of "{each}" is of type {columns[name].type}; write the same type or another name',
            )


def _check_columns(
    process: Process, at: Path, each: FieldName, fields: Facts, told: set[tuple[FieldName, FieldName]]
) -> Iterator[Problem]:
    """Check that no column of the rows has the name of a fact of the case; *told* are those already reported."""
    rows = fields.get(each)
    for name in rows.columns if isinstance(rows, schema.RowsKeys) else ():
        if name in fields and (each, name) not in told:
            told.add((each, name))
            yield process.problem(
                (*at, "each"),
                f"столбец «{name}» списка «{each}» называется как поле дела; назовите одно из них иначе",
                f'the column "{name}" of "{each}" has the name of a field of the case; rename one of them',
            )


def _check_no_verdicts(process: Process, stage_id: StageId, stage: schema.StageKeys) -> Iterator[Problem]:
    for outcome_id, outcome in stage.outcomes.items():
        if outcome.verdict is not None:
            yield process.problem(
                ("stages", stage_id, "outcomes", outcome_id, "verdict"),
                "verdict бывает только на этапе согласования; уберите его или напишите work: {approve: all}",
                "only outcomes of an approval have a verdict; remove it or write work: {approve: all}",
            )


def _check_verdicts(process: Process, stage_id: StageId, stage: schema.StageKeys) -> Iterator[Problem]:
    """Check that each outcome says something, and that people can say yes as well as no."""
    said: set[Verdict] = set()
    unsaid = False
    for outcome_id in stage.outcomes:
        verdict = verdict_of(stage, outcome_id)
        if verdict is None:
            unsaid = True
            yield process.problem(
                ("stages", stage_id, "outcomes", outcome_id),
                f"не сказано, что значит решение «{outcome_id}»; допишите verdict: approve, reject или return, либо "
                f"назовите решение {listing(VERDICTS)}",
                f'it is not said what the outcome "{outcome_id}" means; add verdict: approve, reject or return, or '
                f"call it {listing(VERDICTS)}",
            )
        else:
            said.add(verdict)
    if unsaid or not stage.outcomes:
        return
    if Verdict.APPROVE not in said:
        yield process.problem(
            ("stages", stage_id, "outcomes"),
            "никто не может согласовать; добавьте решение с verdict: approve",
            "nobody can approve; add an outcome with verdict: approve",
        )
    if said == {Verdict.APPROVE}:
        yield process.problem(
            ("stages", stage_id, "outcomes"),
            "можно только согласиться; добавьте решение с verdict: reject или return",
            "people can only agree; add an outcome with verdict: reject or return",
        )
