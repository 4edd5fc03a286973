"""Forms that are not complete: sent once they are, and answers asked of somebody else."""

from bot.actions import Action, Unreadable, Verb
from bot.conversation.forms.form_key import NewCaseForm, TaskForm
from bot.conversation.forms.sent_sentences import sent_sentence
from bot.conversation.incoming import Answered
from bot.conversation.reply import Ask, Menu, Reply, ReplyKind
from bot.conversation.turn import TaskAtHand, Turn
from bot.rendering.phrases.answer_problems import field_problem
from workflows.domain import commands, errors, permissions
from workflows.domain.decision import Decision
from workflows.domain.definition import Field, FieldType
from workflows.domain.events import FormHeld
from workflows.domain.facts.values import canonical
from workflows.domain.forms.completeness import can_be_asked_for, who_knows
from workflows.domain.forms.tables import column_of
from workflows.domain.ids import DepartmentId, OutcomeId, PersonId, ProcessId, TaskId
from workflows.ports.chat import Button
from workflows.usecases.form_drafts import new_case_draft

_CHOSEN = frozenset({FieldType.CHOICE, FieldType.YES_NO})
_PART = "."
"""What stands between the place of a question and the answer, or who is asked, in the argument of an action."""


async def hold(turn: Turn, action: Action) -> Reply:
    """Send the form of a task once it is complete."""
    outcome = OutcomeId(action.argument)
    decision = await turn.do(commands.HoldForm(task_id=action.task_id, outcome=outcome))
    return _waits(turn, decision) or _sent(turn, TaskForm(task_id=action.task_id), decision)


async def launch(turn: Turn, action: Action) -> Reply:
    """Open a case from a draft that lacks answers: its first task waits for them."""
    process = ProcessId(action.target)
    draft = await turn.queries.draft(new_case_draft(process, turn.person.id))
    values = {} if draft is None else draft.answers
    command = commands.OpenCase(process=process, outcome=OutcomeId(action.argument), values=values, holds=True)
    decision = await turn.do(command)
    return _waits(turn, decision) or _sent(turn, NewCaseForm(process=process), decision)


def _sent(turn: Turn, form: TaskForm | NewCaseForm, decision: Decision) -> Reply:
    return Reply(toast=sent_sentence(turn, form, decision), kind=ReplyKind.DONE, case_id=decision.case.id)


def _waits(turn: Turn, decision: Decision) -> Reply | None:
    """Return how far a form is that waits now; None when it was sent."""
    event = next((event for event in decision.events if isinstance(event, FormHeld)), None)
    if event is None:
        return None
    task = decision.case.tasks[event.task_id]
    definition = turn.definitions.of(decision.case.process, decision.case.version)
    labels = [
        field.label.in_(turn.language)
        for field in definition.stages[task.stage].form
        if field.name in event.held.missing
    ]
    toast = turn.words.gettext(
        "%(number)s waits: %(done)s of %(of)s are filled in. Missing: %(fields)s. It goes on by itself when others "
        "have answered what they were asked.",
        number=decision.case.number,
        done=event.held.needed - len(event.held.missing),
        of=event.held.needed,
        fields=", ".join(labels),
    )
    return Reply(toast=toast, kind=ReplyKind.DONE, case_id=decision.case.id)


async def choose_field(turn: Turn, action: Action) -> Reply:
    """Offer the questions that are missing and that somebody else can answer."""
    at_hand = await turn.task(action.task_id)
    permissions.check_assignee(at_hand.case, at_hand.task, turn.person.id)
    missing = () if at_hand.task.held is None else at_hand.task.held.missing
    asked = [(at, field) for at, field in enumerate(at_hand.stage.form) if field.name in missing]
    fields = [(at, field) for at, field in asked if can_be_asked_for(field)]
    if not fields:
        toast = turn.words.gettext("There is no question here that somebody else could answer in one line.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED, case_id=at_hand.case.id)
    buttons = tuple(
        Button(label=field.label.in_(turn.language), action=_action(Verb.ASK_FIELD, at_hand.task.id, str(at)))
        for at, field in fields
    )
    menu = Menu(title=at_hand.case.number, text=turn.words.gettext("Which answer do you need?"), buttons=buttons)
    return Reply(dialog=menu, case_id=at_hand.case.id)


async def choose_whom(turn: Turn, action: Action) -> Reply:
    """Offer whom to ask for the answer to a question: first those who may know it."""
    at_hand = await turn.task(action.task_id)
    permissions.check_assignee(at_hand.case, at_hand.task, turn.person.id)
    field, task = _field(at_hand, action.argument), at_hand.task
    known = who_knows(field.name, at_hand.case, task, at_hand.definition)
    organisation = turn.organisation
    people = dict.fromkeys([*(p for p in known.people if p in organisation.people), *organisation.people])
    departments = dict.fromkeys(
        [*(d for d in known.departments if d in organisation.departments), *organisation.departments]
    )
    first = [person for person in people if person in known.people]
    rest = [person for person in people if person not in known.people and person != turn.person.id]
    at = action.argument
    buttons = (
        *(_of_person(turn, task.id, at, person) for person in first),
        *(_of_department(turn, task.id, at, department) for department in departments),
        *(_of_person(turn, task.id, at, person) for person in rest),
    )
    text = turn.words.gettext("Who knows “%(field)s”?", field=field.label.in_(turn.language))
    return Reply(dialog=Menu(title=at_hand.case.number, text=text, buttons=buttons), case_id=at_hand.case.id)


def _of_person(turn: Turn, task: TaskId, at: str, person: PersonId) -> Button:
    return Button(label=turn.name_of(person), action=_action(Verb.ASK_PERSON, task, f"{at}{_PART}{person}"))


def _of_department(turn: Turn, task: TaskId, at: str, department: DepartmentId) -> Button:
    carried = _action(Verb.ASK_DEPARTMENT, task, f"{at}{_PART}{department}")
    return Button(label=turn.department_title(department), action=carried)


async def ask(turn: Turn, action: Action) -> Reply:
    """Ask the person or the department that was chosen."""
    at_hand = await turn.task(action.task_id)
    at, _, whom = action.argument.partition(_PART)
    field = _field(at_hand, at)
    is_person = action.verb is Verb.ASK_PERSON
    command = commands.AskForField(
        task_id=action.task_id,
        field=field.name,
        person=PersonId(whom) if is_person else None,
        department=None if is_person else DepartmentId(whom),
    )
    await turn.do(command)
    name = turn.name_of(PersonId(whom)) if is_person else turn.department_title(DepartmentId(whom))
    toast = turn.words.gettext(
        "Asked for “%(field)s”: %(name)s. The answer goes into your draft.",
        field=field.label.in_(turn.language),
        name=name,
    )
    return Reply(toast=toast, kind=ReplyKind.DONE, case_id=at_hand.case.id)


async def answer(turn: Turn, action: Action) -> Reply:
    """Ask whoever was asked for the answer itself, or take the option that was pressed."""
    at_hand = await turn.task(action.task_id)
    at, has_option, option = action.argument.partition(_PART)
    field = _field(at_hand, at or _first_asked(turn, at_hand))
    if has_option:
        values = [value for value, _ in _options(turn, field)]
        if not option.isdecimal() or int(option) >= len(values):
            raise Unreadable("no such option")
        return await _answered(turn, at_hand, field, values[int(option)])
    if not any(asked.field == field.name for asked in at_hand.task.asked):
        raise errors.NotAsked
    place = [each.name for each in at_hand.stage.form].index(field.name)
    title = f"{at_hand.case.number} · {turn.stage_title(at_hand.definition, at_hand.task.stage)}"
    label = field.label.in_(turn.language)
    prompt = label if field.hint is None else f"{label}\n{field.hint.in_(turn.language)}"
    if field.type in _CHOSEN:
        buttons = tuple(
            Button(label=words, action=_action(Verb.ANSWER, at_hand.task.id, f"{place}{_PART}{number}"))
            for number, (_, words) in enumerate(_options(turn, field))
        )
        return Reply(dialog=Menu(title=title, text=prompt, buttons=buttons), case_id=at_hand.case.id)
    dialog = Ask(
        title=title,
        prompt=prompt,
        action=_action(Verb.ANSWER, at_hand.task.id, str(place)),
        confirm=turn.words.gettext("Answer"),
        label=label,
    )
    return Reply(dialog=dialog, case_id=at_hand.case.id)


async def take_answer(turn: Turn, action: Action, answered: Answered) -> Reply:
    """Write an answer that was asked for into the draft; one that cannot be read may be given again."""
    at_hand = await turn.task(action.task_id)
    field = _field(at_hand, action.argument)
    return await _answered(turn, at_hand, field, canonical(field, column_of(field).answer(answered.text), turn.today))


async def _answered(turn: Turn, at_hand: TaskAtHand, field: Field, value: object) -> Reply:
    command = commands.AnswerField(task_id=at_hand.task.id, field=field.name, answer=value)
    try:
        decision = await turn.do(command)
    except errors.FormInvalid as invalid:
        problem = next(iter(invalid.problems.values()))
        toast = field_problem(problem, field, turn.language)
        return Reply(toast=toast, kind=ReplyKind.MENDABLE, case_id=at_hand.case.id)
    person = "" if at_hand.task.assignee is None else turn.name_of(at_hand.task.assignee)
    toast = turn.words.gettext("Thank you: %(name)s has the answer.", name=person)
    return Reply(toast=toast, kind=ReplyKind.DONE, case_id=decision.case.id)


def _options(turn: Turn, field: Field) -> list[tuple[object, str]]:
    if field.type is FieldType.YES_NO:
        return [(True, turn.words.gettext("yes")), (False, turn.words.gettext("no"))]
    return [(option.id, option.label.in_(turn.language)) for option in field.options]


def _first_asked(turn: Turn, at_hand: TaskAtHand) -> str:
    """Return the place of the question that this person was asked first; raises NotAsked."""
    of_theirs = turn.person.departments
    mine = [a for a in at_hand.task.asked if a.person == turn.person.id or a.department in of_theirs]
    for number, field in enumerate(at_hand.stage.form):
        if mine and field.name == mine[0].field:
            return str(number)
    raise errors.NotAsked


def _field(at_hand: TaskAtHand, place: str) -> Field:
    """Return the question at a place of the form; raises Unreadable."""
    if not place.isdecimal() or int(place) >= len(at_hand.stage.form):
        raise Unreadable("no such question")
    return at_hand.stage.form[int(place)]


def _action(verb: Verb, task: TaskId, argument: str) -> str:
    return Action(verb=verb, target=task, argument=argument).encode()
