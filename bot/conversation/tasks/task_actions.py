"""What the other buttons of a card do: release, reassign, return for rework, tick, show the case, cancel it."""

from contextlib import suppress

from bot.actions import Action, Unreadable, Verb
from bot.conversation.cases.status import status_message
from bot.conversation.forms.form_dialog import task_form
from bot.conversation.forms.form_view import DONE, UNDONE
from bot.conversation.incoming import Answered
from bot.conversation.reply import Ask, CaseView, Menu, Reply, ReplyKind
from bot.conversation.turn import Talk, TaskAtHand
from workflows.domain import commands, errors, flow, permissions
from workflows.domain.ids import ItemId, PersonId, StageId, case_of
from workflows.ports.chat import Button


async def work(talk: Talk, action: Action) -> Reply:
    """Open the form of a task."""
    return Reply(dialog=await task_form(talk, action.task_id), case_id=case_of(action.task_id))


async def release(talk: Talk, action: Action) -> Reply:
    """Give the task back to the queue."""
    decision = await talk.do(commands.ReleaseTask(task_id=action.task_id))
    department = talk.department_title(decision.case.tasks[action.task_id].department)
    toast = talk.words.gettext(
        "%(number)s is back in the queue: %(department)s.", number=decision.case.number, department=department
    )
    return Reply(toast=toast, kind=ReplyKind.DONE, case_id=decision.case.id)


async def choose_assignee(talk: Talk, action: Action) -> Reply:
    """Show the head the people of the department with what each has in hand."""
    at_hand = await talk.task(action.task_id)
    task = at_hand.task
    permissions.check_open_task(task)
    permissions.check_head(talk.organisation, talk.person.id, task.department)
    members = [person for person in talk.organisation.members(task.department) if person.id != task.assignee]
    if not members:
        toast = talk.words.gettext("Nobody else works in this department; release the task instead.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED, case_id=at_hand.case.id)
    loads = await talk.queries.loads([person.id for person in members])
    buttons = tuple(
        Button(
            label=talk.words.ngettext(
                "%(name)s: %(n)d task", "%(name)s: %(n)d tasks", loads.get(person.id, 0), name=talk.name_of(person.id)
            ),
            action=Action(verb=Verb.REASSIGN_TO, target=task.id, revision=task.revision, argument=person.id).encode(),
        )
        for person in members
    )
    menu = Menu(
        title=talk.words.gettext("Reassign %(number)s", number=at_hand.case.number),
        text=talk.words.gettext("Who takes it? Beside each name: the tasks the person has now."),
        buttons=buttons,
    )
    return Reply(dialog=menu, case_id=at_hand.case.id)


async def reassign(talk: Talk, action: Action) -> Reply:
    """Give the task to the person chosen."""
    to = PersonId(action.argument)
    decision = await talk.do(commands.ReassignTask(task_id=action.task_id, to=to))
    toast = talk.words.gettext("%(number)s: now with %(name)s.", number=decision.case.number, name=talk.name_of(to))
    return Reply(toast=toast, kind=ReplyKind.DONE, case_id=decision.case.id)


async def choose_return(talk: Talk, action: Action) -> Reply:
    """Ask where the work goes back to, when there is a choice, and why."""
    at_hand = await talk.task(action.task_id)
    permissions.check_assignee(at_hand.task, talk.person.id)
    stages = flow.returnable(at_hand.case, at_hand.task)
    if not stages:
        toast = talk.words.gettext("This task did not come from another stage: there is nobody to return it to.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED, case_id=at_hand.case.id)
    options = tuple(
        Button(label=talk.stage_title(at_hand.definition, stage), action=_return_to(at_hand, stage)) for stage in stages
    )
    return _ask_reason(talk, at_hand, stages[0], options if len(options) > 1 else ())


async def ask_why_returned(talk: Talk, action: Action) -> Reply:
    """Ask why the work goes back to the stage chosen."""
    at_hand = await talk.task(action.task_id)
    permissions.check_assignee(at_hand.task, talk.person.id)
    stage = StageId(action.argument)
    if stage not in flow.returnable(at_hand.case, at_hand.task):
        raise errors.CannotReturn(to=stage)
    return _ask_reason(talk, at_hand, stage, ())


async def return_for_rework(talk: Talk, action: Action, answered: Answered) -> Reply:
    """Send the work back with the reason."""
    to = StageId(action.argument)
    command = commands.ReturnTask(task_id=action.task_id, to=to, reason=answered.text)
    case = (await talk.do(command)).case
    title = talk.stage_title(talk.definitions.of(case.process, case.version), to)
    toast = talk.words.gettext("%(number)s is returned to: %(stage)s.", number=case.number, stage=title)
    return Reply(toast=toast, kind=ReplyKind.DONE, case_id=case.id)


async def tick(talk: Talk, action: Action) -> Reply:
    """Tick a check-list item or take the tick back, and show the form as it is now."""
    item, wanted = ItemId(action.argument[:-1]), action.argument[-1:]
    if wanted not in (DONE, UNDONE):
        raise Unreadable("no tick is wanted")
    # After a double press the item is as the person wants it: nothing to refuse.
    with suppress(errors.NothingChanges):
        await talk.do(commands.TickItem(task_id=action.task_id, item=item, done=wanted == DONE))
    return await work(talk, action)


async def show_case(talk: Talk, action: Action) -> Reply:
    """Show the conversation of a case, or its status where the chat has no such place."""
    case = await talk.case(action.case_id)
    return Reply(dialog=CaseView(case_id=case.id, status=status_message(talk, case)), case_id=case.id)


async def ask_why_cancelled(talk: Talk, action: Action) -> Reply:
    """Ask for the reason before a case is cancelled."""
    case = await talk.case(action.case_id)
    definition = talk.definitions.of(case.process, case.version)
    if not permissions.may_cancel(case, definition, talk.organisation, talk.person.id):
        raise errors.MayNotCancel
    ask = Ask(
        title=talk.words.gettext("Cancel %(number)s", number=case.number),
        prompt=talk.words.gettext("Why is the case cancelled? Its open tasks are withdrawn."),
        action=action.encode(),
        confirm=talk.words.gettext("Cancel the case"),
    )
    return Reply(dialog=ask, case_id=case.id)


async def cancel(talk: Talk, action: Action, answered: Answered) -> Reply:
    """Cancel the case for the reason given."""
    case = (await talk.do(commands.CancelCase(case_id=action.case_id, reason=answered.text))).case
    toast = talk.words.gettext("%(number)s is cancelled.", number=case.number)
    return Reply(toast=toast, kind=ReplyKind.DONE, case_id=case.id)


def _return_to(at_hand: TaskAtHand, stage: StageId) -> str:
    task = at_hand.task
    return Action(verb=Verb.RETURN_TO, target=task.id, revision=task.revision, argument=stage).encode()


def _ask_reason(talk: Talk, at_hand: TaskAtHand, stage: StageId, options: tuple[Button, ...]) -> Reply:
    words = talk.words
    if options:
        prompt = words.gettext("Which stage has to mend it, and what? The reason is shown on its card.")
    else:
        title = talk.stage_title(at_hand.definition, stage)
        prompt = words.gettext("What has to be mended at the stage “%(stage)s”? It is shown on its card.", stage=title)
    ask = Ask(
        title=words.gettext("Return %(number)s", number=at_hand.case.number),
        prompt=prompt,
        action=_return_to(at_hand, stage),
        confirm=words.gettext("Return"),
        options=options,
    )
    return Reply(dialog=ask, case_id=at_hand.case.id)
