"""With which decisions the questions and the items of a stage are asked, and what the questions suggest."""

from collections.abc import Iterator, Sequence

from workflows.definitions.building.process import names_at, original, process_names
from workflows.definitions.check.forms.form_conditions import check_form_conditions
from workflows.definitions.expressions.compile import BadExpression
from workflows.definitions.expressions.defaults import Facts, misfit
from workflows.definitions.problems import Problem, did_you_mean
from workflows.definitions.read import schema
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.yaml_text import Path
from workflows.domain.ids import OutcomeId, StageId

Process = Parsed[schema.ProcessKeys]


def check_questions(process: Process, fields: Facts) -> Iterator[Problem]:
    """Iterate over the problems: decisions that the stage does not have, defaults that cannot answer the question."""
    of_process = process_names(process.keys)
    for stage_id, stage in process.keys.stages.items():
        at: Path = ("stages", stage_id)
        names = names_at(process.keys, stage, of_process)
        for name, written in stage.form.items():
            yield from _check_decisions(process, stage, (*at, "form", name), written.for_)
        for item_id, item in stage.checklist.items():
            if isinstance(item, schema.ItemKeys):
                yield from _check_decisions(process, stage, (*at, "checklist", item_id), item.for_)
        for outcome_id in stage.outcomes:
            yield from _check_required(process, stage, at, outcome_id)
        yield from check_form_conditions(process, stage_id, names)
        for path, asked in _questions(process.keys, stage_id):
            yield from _check_default(process, path, asked, fields)


def _questions(process: schema.ProcessKeys, stage_id: StageId) -> Iterator[tuple[Path, schema.Asked | schema.Column]]:
    """Iterate over what may have a default of its own: fields, and columns where they are described."""
    for name, written in process.stages[stage_id].form.items():
        at: Path = ("stages", stage_id, "form", name)
        asked = original(process, stage_id, name)
        if asked is not None and written.default is not None:
            yield at, asked.model_copy(update={"default": written.default})
        if isinstance(written, schema.RowsKeys):
            yield from (((*at, "columns", column), keys) for column, keys in written.columns.items())


def _check_decisions(
    process: Process, stage: schema.StageKeys, at: Path, named: Sequence[OutcomeId] | None
) -> Iterator[Problem]:
    for index, outcome in enumerate(named or ()):
        if outcome not in stage.outcomes:
            guess = did_you_mean(outcome, stage.outcomes)
            yield process.problem(
                (*at, "for", index),
                f"нет в этом этапе решения «{outcome}»; {guess.ru}; исправьте имя",
                f'there is no outcome "{outcome}" in this stage; {guess.en}; correct the name',
            )


def _check_required(process: Process, stage: schema.StageKeys, at: Path, outcome_id: OutcomeId) -> Iterator[Problem]:
    """Check that a decision requires nothing that is only asked with others."""
    for index, name in enumerate(stage.outcomes[outcome_id].requires or ()):
        named = stage.form[name].for_ if name in stage.form else None
        if named is not None and outcome_id not in named and all(each in stage.outcomes for each in named):
            yield process.problem(
                (*at, "outcomes", outcome_id, "requires", index),
                f"решению «{outcome_id}» нужно поле «{name}», а с ним его не спрашивают; допишите «{outcome_id}» "
                "в for этого поля или уберите поле из requires",
                f'the outcome "{outcome_id}" needs the field "{name}", which is not asked with it; add "{outcome_id}" '
                "to the for of the field or remove the field from requires",
            )


def _check_default(process: Process, at: Path, asked: schema.Asked | schema.Column, fields: Facts) -> Iterator[Problem]:
    try:
        words = misfit(asked, fields)
    except BadExpression as bad:
        words = bad.words
    if words is not None:
        yield process.problem((*at, "default"), words.ru, words.en)
