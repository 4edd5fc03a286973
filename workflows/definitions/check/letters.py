"""Whether each letter and handover message exists in every language and can always be filled."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as Folder

from jinja2 import nodes

from workflows.definitions.letters.read_letter import BadLetter, Facts, check_letter, read_letter
from workflows.definitions.letters.vocabulary import APPROVALS, SAID, Letters, file_name
from workflows.definitions.problems import Problem, did_you_mean
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.schema import ProcessKeys
from workflows.definitions.read.yaml_text import Path
from workflows.domain.definition import (
    Approval,
    EachRow,
    Field,
    FieldType,
    JoinNeed,
    Outcome,
    Recipient,
    Stage,
    WorkflowDefinition,
)
from workflows.domain.ids import FieldName, StageId, TemplateName
from workflows.domain.routes.left_out import outcome_of
from workflows.domain.text import Language, Text

Trees = Mapping[tuple[TemplateName, Language], nodes.Template]
Names = frozenset[FieldName]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A letter that an outcome writes, and the place in the process file that names it."""

    stage: StageId
    outcome: Outcome
    template: TemplateName
    path: Path
    to_client: bool


def read_letters(letters: Letters, folder: Folder) -> tuple[Trees, list[Problem]]:
    """Read every template; returns those that can be read, and the problems of the others."""
    trees: dict[tuple[TemplateName, Language], nodes.Template] = {}
    problems: list[Problem] = []
    for (name, language), source in letters.texts.items():
        try:
            trees[name, language] = read_letter(source)
        except BadLetter as bad:
            file = str(folder / file_name(name, language))
            problems.append(Problem(file, bad.line, bad.words.ru, bad.words.en))
    return trees, problems


def check_letters(
    process: Parsed[ProcessKeys],
    definition: WorkflowDefinition,
    letters: Letters,
    trees: Trees,
    folder: Folder,
    *,
    languages: Sequence[Language] = tuple(Language),
) -> Iterator[Problem]:
    """Iterate over the problems: letters that are missing, or that use a field which may still be empty."""
    entered = filled_before(definition)
    said = _approvals(definition)
    fields = {**said, **{str(field.name): field for field in definition.fields()}}
    unwritten = set[Path]()
    for use in uses_of(definition):
        template, path = use.template, use.path
        filled = filled_for(definition, use, entered)
        used_by = Text(
            ru=f"этап «{use.stage}», решение «{use.outcome.id}»", en=f'stage "{use.stage}", outcome "{use.outcome.id}"'
        )
        if path not in unwritten:
            for problem in _check_there(process, use, letters, folder, languages):
                unwritten.add(path)
                yield problem
        for language in languages:
            if (template, language) in trees:
                file = str(folder / file_name(template, language))
                facts = Facts(fields=fields, filled=frozenset(map(str, filled)) | frozenset(said), used_by=used_by)
                for line, words in check_letter(trees[template, language], facts):
                    yield Problem(file, line, words.ru, words.en)
        if use.to_client and not any(f.type is FieldType.CLIENT and f.name in filled for f in fields.values()):
            yield process.problem(
                path,
                "клиент к этому письму может быть не указан; сделайте поле типа client обязательным",
                "the client may not be known when this letter is written; make the field of type client required",
            )


def filled_for(definition: WorkflowDefinition, use: Use, before: Mapping[StageId, Names]) -> Names:
    """Return the fields that are certainly filled in when a letter is written; *before* is what stages begin with."""
    return _with_computed(definition, _filled_by(definition.stages[use.stage], use.outcome, before[use.stage]))


def _check_there(
    process: Parsed[ProcessKeys], use: Use, letters: Letters, folder: Folder, languages: Sequence[Language]
) -> Iterator[Problem]:
    """Yield a problem for a letter that lacks a language, or that is not there at all."""
    missing = [language for language in languages if (use.template, language) not in letters.texts]
    files = ", ".join(str(folder / file_name(use.template, language)) for language in missing)
    if not missing:
        return
    if len(missing) < len(languages):
        yield process.problem(
            use.path,
            f"нет письма «{use.template}» на языке {missing[0]}; создайте файл {files} или исправьте имя",
            f'the letter "{use.template}" is missing in the language {missing[0]}; create the file {files} '
            "or correct the name",
        )
        return
    guess = did_you_mean(use.template, sorted({name for name, _ in letters.texts}))
    yield process.problem(
        use.path,
        f"нет письма «{use.template}»; {guess.ru}; исправьте имя или создайте {files}",
        f'there is no letter "{use.template}"; {guess.en}; correct the name or create {files}',
    )


def _with_computed(definition: WorkflowDefinition, filled: Names) -> Names:
    """Return the fields that are filled with those that are certainly computed of them: a division may give nothing."""
    for field in definition.fields():
        of = field.computed
        if of is not None and "/" not in of.source and of.names <= filled:
            filled = filled | {field.name}
    return filled


def _approvals(definition: WorkflowDefinition) -> dict[str, Field]:
    """Return the list of verdicts as a field of rows, where there are approvals."""
    if not any(isinstance(stage.work, Approval) for stage in definition.stages.values()):
        return {}
    columns = tuple(
        Field(name=FieldName(name), type=FieldType.TEXT, label=Text.same(name), required=required)
        for name, required in APPROVALS.items()
    )
    return {SAID: Field(name=FieldName(SAID), type=FieldType.ROWS, label=Text.same(SAID), columns=columns)}


def filled_before(definition: WorkflowDefinition) -> dict[StageId, Names]:
    """Return the fields that are certainly filled in when each stage begins.

    A stage has the fields that all paths to it have in common; a join has the union of those of the stages it waits
    for. A stage that is never reached has all fields.
    """
    everything = frozenset(field.name for field in definition.fields())
    before = dict.fromkeys(definition.stages, everything)
    before[definition.start] = frozenset()
    changed = True
    while changed:
        changed = False
        for name, stage in definition.stages.items():
            known = _before(stage, definition, before)
            if known != before[name]:
                before[name] = known
                changed = True
    return before


def _before(stage: Stage, definition: WorkflowDefinition, before: Mapping[StageId, Names]) -> Names:
    if stage.id == definition.start:
        return frozenset()
    if stage.joins:
        joined = [_brought(definition, definition.stages[j], stage.id, before) for j in stage.joins]
        return frozenset().union(*joined) if stage.need is JoinNeed.ALL else frozenset.intersection(*joined)
    ways = [
        _brought(definition, other, stage.id, before)
        for other in definition.stages.values()
        if stage.id in definition.leads_to[other.id]
    ]
    return frozenset.intersection(before[stage.id], *ways)


def _leads(definition: WorkflowDefinition, outcome: Outcome, to: StageId) -> bool:
    return any(target.to == to for target in definition.possible_targets(outcome))


def _brought(definition: WorkflowDefinition, stage: Stage, to: StageId, before: Mapping[StageId, Names]) -> Names:
    """Return the fields filled in after a stage, whichever of its outcomes leads to the stage *to*."""
    ways = [
        _filled_by(stage, outcome, before[stage.id]) for outcome in stage.outcomes if _leads(definition, outcome, to)
    ]
    return frozenset.intersection(*ways) if ways else frozenset()


def _filled_by(stage: Stage, outcome: Outcome, before: Names) -> Names:
    """Return the fields filled in after an outcome: one that it asks without requiring it may be emptied in the form.

    What is asked `again` and not with this outcome is removed at a later visit. A stage that is left out fills nothing.
    """
    if isinstance(stage.work, EachRow):
        # Its answers are cells of rows.
        return before
    asked = {field.name for field in stage.asked_with(outcome)}
    required = frozenset(outcome.requires)
    # Where it is not asked it stays as it was.
    sometimes = frozenset(f.name for f in stage.form if f.show_when is not None and f.name in required)
    uncertain = frozenset(f.name for f in stage.form if f.name in asked or f.again) - sometimes
    filled = (before - uncertain) | (required - sometimes)
    return filled & before if stage.can_be_left_out and outcome.id == outcome_of(stage).id else filled


def uses_of(definition: WorkflowDefinition) -> Iterator[Use]:
    """Iterate over the letters that outcomes write, those of the ways out of a loop among them."""
    limits = [(s.id, s.at_most.otherwise.handover) for s in definition.stages.values() if s.at_most is not None]
    for stage in definition.stages.values():
        for outcome in stage.outcomes:
            for limited, handover in limits:
                if handover is not None and _leads(definition, outcome, limited):
                    path: Path = ("stages", limited, "at_most", "else", "handover")
                    yield Use(stage=stage.id, outcome=outcome, template=handover, path=path, to_client=False)
        for outcome in stage.outcomes:
            at = ("stages", stage.id, "outcomes", outcome.id)
            for index, target in enumerate(outcome.targets):
                if target.handover is not None:
                    path = (*at, "to", index, "handover")
                    yield Use(stage=stage.id, outcome=outcome, template=target.handover, path=path, to_client=False)
            for index, letter in enumerate(outcome.letters):
                yield Use(
                    stage=stage.id,
                    outcome=outcome,
                    template=letter.template,
                    path=(*at, "letters", index, "template"),
                    to_client=letter.to is Recipient.CLIENT,
                )
