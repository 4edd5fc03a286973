"""What the other buttons of a card do: release, reassign, return for rework, tick, show the case, cancel it."""

from contextlib import suppress
from dataclasses import replace

from bot.actions import Action, Unreadable, Verb
from bot.conversation.cases import switches
from bot.conversation.cases.status import status_message
from bot.conversation.forms.form_view import DONE, UNDONE
from bot.conversation.forms.open_forms import task_form
from bot.conversation.incoming import Answered
from bot.conversation.reply import Ask, CaseView, Menu, Reply, ReplyKind
from bot.conversation.turn import TaskAtHand, Turn
from workflows.domain import commands, errors, permissions
from workflows.domain.candidates import Candidates
from workflows.domain.case import Case
from workflows.domain.ids import ItemId, PersonId, StageId, case_of
from workflows.domain.visits import rework
from workflows.ports.chat import Button


async def work(turn: Turn, action: Action) -> Reply:
    """Open the form of a task."""
    return Reply(dialog=await task_form(turn, action.task_id), case_id=case_of(action.task_id))


async def release(turn: Turn, action: Action) -> Reply:
    """Return the task to the queue."""
    decision = await turn.do(commands.ReleaseTask(task_id=action.task_id))
    task = decision.case.tasks[action.task_id]
    if task.assignee is not None:
        # It is handed out by the head, who has it now.
        return _now_with(turn, decision.case, task.assignee)
    department = turn.department_title(task.department)
    toast = turn.words.gettext(
        "%(number)s is back in the queue: %(department)s.", number=decision.case.number, department=department
    )
    return Reply(toast=toast, kind=ReplyKind.DONE, case_id=decision.case.id)


async def choose_assignee(turn: Turn, action: Action) -> Reply:
    """Offer whoever may hand the task over the people whom it can be given to, with the number of tasks of each."""
    at_hand = await turn.task(action.task_id)
    task = at_hand.task
    permissions.check_unfinished_task(task)
    may = Candidates(case=at_hand.case, definition=at_hand.definition, organisation=turn.organisation)
    may.check_may_hand_over(task, turn.person.id)
    members = [person for person in may.givable(task) if person.id != task.assignee]
    if not members:
        toast = (
            turn.words.gettext("Nobody else works in this department; release the task instead.")
            if task.candidates is None
            else turn.words.gettext("There is nobody else who may do this task.")
        )
        return Reply(toast=toast, kind=ReplyKind.REFUSED, case_id=at_hand.case.id)
    loads = await turn.queries.loads([person.id for person in members])
    buttons = tuple(
        Button(
            label=turn.words.ngettext(
                "%(name)s: %(n)d task", "%(name)s: %(n)d tasks", loads.get(person.id, 0), name=turn.name_of(person.id)
            ),
            action=Action(verb=Verb.REASSIGN_TO, target=task.id, revision=task.revision, argument=person.id).encode(),
        )
        for person in members
    )
    menu = Menu(
        title=turn.words.gettext("Reassign %(number)s", number=at_hand.case.number),
        text=turn.words.gettext("Who takes it? Beside each name: the tasks the person has now."),
        buttons=buttons,
    )
    return Reply(dialog=menu, case_id=at_hand.case.id)


async def reassign(turn: Turn, action: Action) -> Reply:
    """Give the task to the person chosen."""
    to = PersonId(action.argument)
    decision = await turn.do(commands.ReassignTask(task_id=action.task_id, to=to))
    return _now_with(turn, decision.case, to)


def _now_with(turn: Turn, case: Case, person: PersonId) -> Reply:
    toast = turn.words.gettext("%(number)s: now with %(name)s.", number=case.number, name=turn.name_of(person))
    return Reply(toast=toast, kind=ReplyKind.DONE, case_id=case.id)


async def choose_return(turn: Turn, action: Action) -> Reply:
    """Ask why the work is returned and, if there is a choice, to which stage."""
    at_hand = await turn.task(action.task_id)
    permissions.check_assignee(at_hand.case, at_hand.task, turn.person.id)
    stages = rework.returnable(at_hand.case, at_hand.task)
    if not stages:
        toast = turn.words.gettext("This task did not come from another stage: there is nobody to return it to.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED, case_id=at_hand.case.id)
    options = tuple(
        Button(label=turn.stage_title(at_hand.definition, stage), action=_return_to(at_hand, stage)) for stage in stages
    )
    return _ask_reason(turn, at_hand, stages[0], options if len(options) > 1 else ())


async def ask_why_returned(turn: Turn, action: Action) -> Reply:
    """Ask why the work is returned to the chosen stage; raises CannotReturn."""
    at_hand = await turn.task(action.task_id)
    permissions.check_assignee(at_hand.case, at_hand.task, turn.person.id)
    stage = StageId(action.argument)
    if stage not in rework.returnable(at_hand.case, at_hand.task):
        raise errors.CannotReturn(to=stage)
    return _ask_reason(turn, at_hand, stage, ())


async def return_for_rework(turn: Turn, action: Action, answered: Answered) -> Reply:
    """Return the work to the chosen stage for the reason given."""
    to = StageId(action.argument)
    command = commands.ReturnTask(task_id=action.task_id, to=to, reason=answered.text)
    case = (await turn.do(command)).case
    title = turn.stage_title(turn.definitions.of(case.process, case.version), to)
    toast = turn.words.gettext("%(number)s is returned to: %(stage)s.", number=case.number, stage=title)
    return Reply(toast=toast, kind=ReplyKind.DONE, case_id=case.id)


async def tick(turn: Turn, action: Action) -> Reply:
    """Tick or untick a check-list item, and return the form as it is now."""
    item, wanted = ItemId(action.argument[:-1]), action.argument[-1:]
    if wanted not in (DONE, UNDONE):
        raise Unreadable("no tick is wanted")
    # After a double press the item is already in the wanted state: not a refusal.
    with suppress(errors.NothingChanges):
        await turn.do(commands.TickItem(task_id=action.task_id, item=item, done=wanted == DONE))
    return await work(turn, action)


async def show_case(turn: Turn, action: Action) -> Reply:
    """Show the conversation of a case, or its status where the chat has no such place."""
    case = await turn.case(action.case_id)
    return Reply(dialog=CaseView(case_id=case.id, status=await status_message(turn, case)), case_id=case.id)


async def switch_stage(turn: Turn, action: Action) -> Reply:
    """Switch an optional stage of a case off or on, and show the case as it is now where it has no panel."""
    reply = await switches.switch(turn, action)
    if turn.port.has_panel:
        return reply
    return replace(reply, message=await status_message(turn, await turn.case(action.case_id)))


async def ask_why_cancelled(turn: Turn, action: Action) -> Reply:
    """Ask for the reason before a case is cancelled; raises MayNotCancel."""
    case = await turn.case(action.case_id)
    definition = turn.definitions.of(case.process, case.version)
    if not permissions.may_cancel(case, definition, turn.organisation, turn.person.id):
        raise errors.MayNotCancel
    ask = Ask(
        title=turn.words.gettext("Cancel %(number)s", number=case.number),
        prompt=turn.words.gettext("Why is the case cancelled? Its open tasks are withdrawn."),
        action=action.encode(),
        confirm=turn.words.gettext("Cancel the case"),
    )
    return Reply(dialog=ask, case_id=case.id)


async def cancel(turn: Turn, action: Action, answered: Answered) -> Reply:
    """Cancel the case for the reason given."""
    case = (await turn.do(commands.CancelCase(case_id=action.case_id, reason=answered.text))).case
    toast = turn.words.gettext("%(number)s is cancelled.", number=case.number)
    return Reply(toast=toast, kind=ReplyKind.DONE, case_id=case.id)


def _return_to(at_hand: TaskAtHand, stage: StageId) -> str:
    task = at_hand.task
    return Action(verb=Verb.RETURN_TO, target=task.id, revision=task.revision, argument=stage).encode()


def _ask_reason(turn: Turn, at_hand: TaskAtHand, stage: StageId, options: tuple[Button, ...]) -> Reply:
    words = turn.words
    if options:
        prompt = words.gettext("Which stage has to mend it, and what? The reason is shown on its card.")
    else:
        title = turn.stage_title(at_hand.definition, stage)
        prompt = words.gettext("What has to be mended at the stage “%(stage)s”? It is shown on its card.", stage=title)
    ask = Ask(
        title=words.gettext("Return %(number)s", number=at_hand.case.number),
        prompt=prompt,
        action=_return_to(at_hand, stage),
        confirm=words.gettext("Return"),
        options=options,
    )
    return Reply(dialog=ask, case_id=at_hand.case.id)
