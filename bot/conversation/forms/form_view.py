"""A form as its reader sees it: questions with their values, the check list, and the possible decisions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.actions import Action, Verb
from bot.conversation.forms.known_before import KnownBefore
from bot.conversation.reply import FieldView, ItemView, LetterView, OptionView, OutcomeView
from bot.conversation.turn import TaskAtHand, Turn
from bot.rendering.language.filters import words_of
from bot.rendering.phrases.answer_problems import field_problem
from bot.rendering.words.rework import came_back, reasons
from bot.rendering.words.visits import said_at
from workflows.domain.case import Case, Values
from workflows.domain.commands import RawValues
from workflows.domain.compiled import Condition
from workflows.domain.definition import Approval, EachRow, Field, FieldType, Outcome, Preview, Stage, WorkflowDefinition
from workflows.domain.errors import FieldProblem
from workflows.domain.facts.conditions import Around, holds, unexpected
from workflows.domain.facts.values import canonical, problem_of, read
from workflows.domain.forms.defaults import suggested
from workflows.domain.forms.drafts import mark
from workflows.domain.forms.one_press import must_be_seen
from workflows.domain.ids import FieldName
from workflows.domain.text import Language
from workflows.domain.visits.visits import asked_cells
from workflows.ports.rendering import FilledLetter

DONE, UNDONE = "+", "-"
"""Follows a check-list item in an action: the wanted state, so that a double press does no harm."""

Problems = Mapping[FieldName, FieldProblem]


def initial_values(form: Iterable[Field], known: Values, visit: int = 1) -> RawValues:
    """Return the values of a new form: the facts of the case that it asks for, without those it asks anew.

    A canonical value is always a readable answer, so it can be shown, sent back and read unchanged.
    """
    return {
        field.name: asked_cells(field, known[field.name])
        for field in form
        if field.name in known and not _is_anew(field, visit)
    }


def _is_anew(field: Field, visit: int) -> bool:
    return field.again and visit > 1


def field_views(
    turn: Turn, form: Iterable[Field], values: RawValues, problems: Problems, known: KnownBefore
) -> tuple[FieldView, ...]:
    """Return the questions in order, each with its value and its problem.

    One that was not answered, not even emptied, has a suggested answer; one that is asked anew has that of last time.
    """
    return tuple(
        replace(
            _field_view(turn, field, values.get(field.name), problems.get(field.name), known),
            suggested=None if field.name in values else _suggested(turn, field, known),
            is_old=known.visit > 1 and field.name in values and _is_the_fact(field, values[field.name], known),
            last_time=words_of(field, last, turn.language) if (last := _last_time(field, known)) is not None else "",
            last=None if last is None else shown_value(field, last, turn.language),
        )
        for field in form
    )


def _is_the_fact(field: Field, value: object, known: KnownBefore) -> bool:
    return field.name in known.values and canonical(field, value) == known.values[field.name]


def _suggested(turn: Turn, field: Field, known: KnownBefore) -> object | None:
    answer = suggested(field, known.names)
    return None if answer is None else shown_value(field, answer, turn.language)


def _last_time(field: Field, known: KnownBefore) -> object | None:
    return known.values.get(field.name) if _is_anew(field, known.visit) else None


def _field_view(
    turn: Turn, field: Field, value: object | None, problem: FieldProblem | None, known: KnownBefore
) -> FieldView:
    language = turn.language
    return FieldView(
        name=field.name,
        type=field.type,
        label=field.label.in_(language),
        required=field.required,
        hint=_hint(turn, field, known),
        kind=field.kind,
        options=tuple(OptionView(id=option.id, label=option.label.in_(language)) for option in field.options),
        columns=tuple(
            replace(_field_view(turn, column, None, None, known), suggested=_suggested(turn, column, known))
            for column in field.columns
        ),
        currency=field.currency if field.type is FieldType.MONEY else None,
        value=shown_value(field, value, language),
        problem=None if problem is None else field_problem(problem, field, language),
        of_client=field.of_client,
        mark=mark(canonical(field, value)),
        unit="" if field.unit is None else field.unit.in_(language),
        least=field.least,
        greatest=field.greatest,
        max_files=field.max_files,
    )


def standing(fields: Iterable[FieldView]) -> RawValues:
    """Return the answers that stand in a form, those that are suggested too: they are sent with it."""
    return {field.name: field.shown for field in fields if field.shown is not None}


def _hint(turn: Turn, field: Field, known: KnownBefore) -> str | None:
    """Return the help of a question: its own, between which limits its answer lies, what is known of its record."""
    least, greatest = (
        None if limit is None else words_of(field, limit, turn.language) for limit in (field.least, field.greatest)
    )
    limits = None
    if least is not None and greatest is not None:
        limits = turn.words.gettext("From %(least)s to %(greatest)s.", least=least, greatest=greatest)
    elif least is not None:
        limits = turn.words.gettext("From %(least)s.", least=least)
    elif greatest is not None:
        limits = turn.words.gettext("Up to %(greatest)s.", greatest=greatest)
    own = None if field.hint is None else field.hint.in_(turn.language)
    said = " ".join(part for part in (own, limits) if part)
    return "\n".join(filter(None, (said, known.about.get(field.name)))) or None


def answer_words(field: Field, answer: object, language: Language) -> str:
    """Return an answer of a draft in words, or as it was typed when it cannot be read."""
    if mark(answer) == mark(None):
        return "—"
    if isinstance(answer, Mapping):
        return str(answer.get("name", ""))
    if problem_of(field, answer) is not None:
        return ", ".join(str(each) for each in answer) if isinstance(answer, list) else str(answer)
    return words_of(field, read(field, answer), language)


def shown_value(field: Field, value: object, language: Language) -> object:
    """Return what stands in a control: a canonical value, and an extension as people write it; each reads as itself."""
    kept = canonical(field, value)
    if field.type is FieldType.ROWS and isinstance(kept, list):
        columns = {column.name: column for column in field.columns}
        return [
            {
                name: shown_value(columns[name], cell, language) if name in columns else cell
                for name, cell in row.items()
            }
            if isinstance(row, Mapping)
            else row
            for row in kept
        ]
    if field.type is FieldType.PHONE and isinstance(kept, str) and ";ext=" in kept:
        return words_of(field, kept, language)
    return kept


def item_views(turn: Turn, at_hand: TaskAtHand) -> tuple[ItemView, ...]:
    """Return the check list of a task."""
    task = at_hand.task
    views = []
    for item in at_hand.stage.checklist:
        done = item.id in task.ticks
        action = Action(
            verb=Verb.TICK,
            target=task.id,
            revision=task.revision,
            argument=item.id + (UNDONE if done else DONE),
        )
        label = item.label.in_(turn.language)
        views.append(ItemView(id=item.id, label=label, required=item.required, done=done, action=action.encode()))
    return tuple(views)


def outcome_views(
    turn: Turn, stage: Stage, definition: WorkflowDefinition, values: Values, around: Around
) -> tuple[OutcomeView, ...]:
    """Return the decisions that may be chosen; the domain checks the choice again with the answers.

    Where the answers alone decide, one stands for all of them, and the one that is open is taken.
    """
    views = tuple(
        OutcomeView(
            id=outcome.id,
            title=outcome.title.in_(turn.language),
            requires=outcome.requires,
            needs_checklist=any(item.required for item in stage.ticked_with(outcome)),
            asks=frozenset(field.name for field in stage.asked_with(outcome)),
            ticks=frozenset(item.id for item in stage.ticked_with(outcome)),
            sends=(sends := bool(outcome.letters) or any(target.handover for target in outcome.targets)),
            is_previewed=(sends or bool(stage.computed)) and outcome.preview is not Preview.NEVER,
            must_be_seen=must_be_seen(outcome),
        )
        for outcome in offered_outcomes(stage, definition, values, around)
    )
    if not answers_decide(stage):
        return views
    needed = (frozenset(view.requires) for view in views)
    return (
        replace(
            views[0],
            title=turn.words.gettext("The answers decide"),
            requires=tuple(sorted(frozenset.intersection(*needed))),
            asks=frozenset().union(*(view.asks or () for view in views)),
            ticks=frozenset().union(*(view.ticks or () for view in views)),
            needs_checklist=all(view.needs_checklist for view in views),
            sends=any(view.sends for view in views),
            is_previewed=any(view.is_previewed for view in views),
        ),
    )


def answers_decide(stage: Stage) -> bool:
    """Whether the answers to the form decide between several outcomes: each has a condition of its own on them."""
    sources = {outcome.when.source for outcome in stage.outcomes if outcome.when is not None}
    return 1 < len(stage.outcomes) == len(sources) and all(
        _asks_about(outcome.when, stage.form) for outcome in stage.outcomes
    )


def offered_outcomes(
    stage: Stage, definition: WorkflowDefinition, values: Values, around: Around
) -> tuple[Outcome, ...]:
    """Return the outcomes that may be chosen, or that this stage's answers may make possible."""
    return tuple(
        outcome
        for outcome in stage.outcomes
        if _asks_about(outcome.when, stage.form) or holds(outcome.when, definition, values, around)
    )


def _asks_about(condition: Condition | None, form: Iterable[Field]) -> bool:
    return condition is not None and any(field.name in condition.names for field in form)


def doubts(turn: Turn, case: Case, definition: WorkflowDefinition, stage: Stage, outcome: Outcome) -> tuple[str, ...]:
    """Return the answers of which what is usual does not hold, as their labels and words."""
    visit = max((task.visit for task in case.tasks.values() if task.stage == stage.id), default=1)
    return tuple(
        f"{field.label.in_(turn.language)}: {words_of(field, case.values[field.name], turn.language)}"
        for field in unexpected(stage, outcome, definition, case.values, turn.around(case, visit))
    )


def computed_facts(turn: Turn, stage: Stage, values: Values) -> tuple[tuple[str, str], ...]:
    """Return the facts that a form shows and does not ask for (label, words)."""
    return tuple(
        (field.label.in_(turn.language), words_of(field, values[field.name], turn.language))
        for field in stage.computed
        if values.get(field.name) is not None
    )


def known_facts(turn: Turn, at_hand: TaskAtHand) -> tuple[tuple[str, str], ...]:
    """Return the facts that this form does not ask for (label, words); what rework is about comes first.

    One about a row shows the cells of this row instead of all rows; what approvers said comes last.
    """
    asked = {field.name for field in at_hand.stage.form}
    values, work = at_hand.case.values, at_hand.stage.work
    shown = list(at_hand.definition.fields())
    if isinstance(work, EachRow) and at_hand.task.part is not None:
        cells = [cell for field in shown if field.name == work.rows for cell in field.cells]
        shown = [*cells, *(field for field in shown if field.name != work.rows)]
    facts = [
        (field.label.in_(turn.language), words_of(field, values[field.name], turn.language))
        for field in shown
        if field.name in values and field.name not in asked
    ]
    facts.extend(_said_before(turn, at_hand))
    if (reason := rework_reason(turn, at_hand)) is not None:
        facts.insert(0, (turn.words.gettext("Returned for rework"), reason))
    if (back := came_back_in_words(turn, at_hand)) is not None:
        facts.insert(0, back)
    return tuple(facts)


def _said_before(turn: Turn, at_hand: TaskAtHand) -> Iterator[tuple[str, str]]:
    """Iterate over the stages at which approvers have said something, with their verdicts and comments."""
    named = turn.case_words(at_hand.case)
    for stage in at_hand.definition.stages.values():
        if isinstance(stage.work, Approval) and (said := said_at(named, stage.id)):
            lines = (f"{who} — {verdict}{f': {comment}' if comment else ''}" for who, verdict, comment in said)
            yield stage.title.in_(turn.language), "\n".join(lines)


def rework_reason(turn: Turn, at_hand: TaskAtHand) -> str | None:
    """Return why the work was returned to this task: for several returns, a line with its stage for each."""
    returns = reasons(turn.case_words(at_hand.case), at_hand.task)
    if len(returns) == 1:
        return returns[0][2]
    return "\n".join(f"{stage}: {reason}" for stage, _person, reason in returns) or None


def came_back_in_words(turn: Turn, at_hand: TaskAtHand) -> tuple[str, str] | None:
    """Return who corrected what this task had returned, and what came of it."""
    return came_back(turn.case_words(at_hand.case), at_hand.task)


def letter_view(turn: Turn, letter: FilledLetter) -> LetterView:
    """Return a letter in the person's language, with the name of its recipient."""
    text = letter.texts[turn.language]
    if letter.department is not None:
        to = turn.department_title(letter.department)
    else:
        to = turn.words.gettext("To the client")
    return LetterView(to=to, subject=text.subject, body=text.body, for_client=letter.department is None)
