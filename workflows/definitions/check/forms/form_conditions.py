"""The conditions of questions, items and letters: their names are known, and a question goes by those above it."""

from collections.abc import Iterator

from workflows.definitions.expressions.compile import BadExpression, compile_condition, names_in
from workflows.definitions.expressions.value_types import Names
from workflows.definitions.problems import Problem
from workflows.definitions.read import schema
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.yaml_text import Path
from workflows.domain.ids import FieldName, StageId

Process = Parsed[schema.ProcessKeys]
OF_FIELDS = ("expect", "show_when", "required_when")


def check_form_conditions(process: Process, stage_id: StageId, names: Names) -> Iterator[Problem]:
    """Iterate over the problems of the conditions of a stage that are about questions, items and letters."""
    stage, at = process.keys.stages[stage_id], ("stages", stage_id)
    is_readable = True
    for path, source in _written(stage, at):
        try:
            compile_condition(source, names)
        except BadExpression as bad:
            is_readable = False
            yield process.problem(path, bad.words.ru, bad.words.en)
    if is_readable:
        yield from _check_order(process, stage_id, at)


def _written(stage: schema.StageKeys, at: Path) -> Iterator[tuple[Path, str]]:
    """Iterate over the conditions as they are written, each with its place."""
    found: list[tuple[Path, str | None]] = []
    for name, field in stage.form.items():
        found += [((*at, "form", name, key), getattr(field, key)) for key in OF_FIELDS]
    for item_id, item in stage.checklist.items():
        if isinstance(item, schema.ItemKeys):
            found.append(((*at, "checklist", item_id, "when"), item.when))
    for outcome_id, outcome in stage.outcomes.items():
        for index, letter in enumerate(outcome.letters):
            found.append(((*at, "outcomes", outcome_id, "letters", index, "when"), letter.when))
    yield from ((path, source) for path, source in found if source is not None)


def _check_order(process: Process, stage_id: StageId, at: Path) -> Iterator[Problem]:
    """Yield a problem for each question that is shown by the answer to itself or to one below it."""
    for name in process.keys.stages[stage_id].form:
        source, written_in = _shown_when(process.keys, stage_id, name)
        wrong = _asked_too_late(process.keys, stage_id, name, source)
        if written_in != stage_id:
            # It is told where it is written.
            wrong -= _asked_too_late(process.keys, written_in, name, source)
        for used in sorted(wrong):
            yield process.problem(
                (*at, "form", name, "show_when"),
                f"поле «{name}» показывается по ответу на «{used}», а его спрашивают не раньше; "
                f"поставьте «{used}» в форме выше",
                f'the field "{name}" is shown by the answer to "{used}", which is not asked before it; '
                f'put "{used}" above it in the form',
            )


def _asked_too_late(process: schema.ProcessKeys, stage_id: StageId, name: FieldName, source: str | None) -> set[str]:
    form = [str(each) for each in process.stages[stage_id].form]
    return set() if source is None else set(names_in(source)) & set(form[form.index(name) :])


def _shown_when(process: schema.ProcessKeys, stage_id: StageId, name: FieldName) -> tuple[str | None, StageId]:
    """Return the condition with which a field is shown in a stage, and the stage where it is written."""
    seen: set[StageId] = set()
    while stage_id not in seen:
        seen.add(stage_id)
        written = process.stages[stage_id].form[name]
        if written.show_when is not None or not isinstance(written, schema.FromKeys):
            return written.show_when, stage_id
        if written.from_ not in process.stages or name not in process.stages[written.from_].form:
            break
        stage_id = written.from_
    return None, stage_id
