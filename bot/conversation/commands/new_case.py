"""`/new`: open the form of a new case, or choose the process first."""

from collections.abc import Iterator
from dataclasses import replace

from bot.actions import Action, Unreadable, Verb
from bot.conversation.forms.open_forms import ANEW, is_begun, new_case_form
from bot.conversation.reply import Menu, Reply, ReplyKind
from bot.conversation.turn import Turn
from workflows.domain.definition import Option, WorkflowDefinition
from workflows.domain.filling import Filling
from workflows.domain.ids import ProcessId
from workflows.domain.permissions import may_open
from workflows.ports.chat import Button
from workflows.usecases.form_drafts import new_case_draft

SERVICE = "s"
"""Followed by the number of the service with which a button opens a case."""


async def new(turn: Turn, _rest: str) -> Reply:
    """Open the form of the one process that the person may open, or let them choose."""
    processes = [
        definition
        for definition in turn.definitions.current()
        if may_open(definition, turn.organisation, turn.person.id)
    ]
    if len(processes) == 1 and not services_of(processes[0]):
        return Reply(dialog=await new_case_form(turn, processes[0].id))
    if not processes:
        who = "; ".join(
            turn.words.gettext(
                "“%(process)s” — %(department)s",
                process=definition.title.in_(turn.language),
                department=turn.department_title(definition.stages[definition.start].department),
            )
            for definition in turn.definitions.current()
        )
        toast = turn.words.gettext("Your department opens no cases. They are opened by: %(who)s.", who=who)
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    buttons = tuple(button for definition in processes for button in _buttons(turn, definition))
    title, gettext = turn.words.gettext("New case"), turn.words.gettext
    question = gettext("Which service?") if len(processes) == 1 else gettext("Which process?")
    return Reply(dialog=Menu(title=title, text=question, buttons=buttons))


def services_of(definition: WorkflowDefinition) -> tuple[Option, ...]:
    """Return the services that a case can be opened with, where its process offers them."""
    form = definition.stages[definition.start].form
    return next((field.options for field in form if field.name == definition.offers), ())


def _buttons(turn: Turn, definition: WorkflowDefinition) -> Iterator[Button]:
    """Yield a button for each service that opens a case, or one for the process."""
    services = services_of(definition)
    for at, service in enumerate(services):
        action = Action(verb=Verb.NEW, target=definition.id, argument=f"{SERVICE}{at}")
        yield Button(label=service.label.in_(turn.language), action=action.encode())
    if not services:
        action = Action(verb=Verb.NEW, target=definition.id)
        yield Button(label=definition.title.in_(turn.language), action=action.encode())


async def by_button(turn: Turn, action: Action) -> Reply:
    """Open the form of the chosen process; drop its draft first if the button says so."""
    process = ProcessId(action.target)
    if action.argument == ANEW:
        await turn.handler.drop_new_case_draft(process, actor=turn.person.id)
    elif action.argument:
        definition = turn.definitions.newest(process)
        services, at = services_of(definition), action.argument.removeprefix(SERVICE)
        if definition.offers is None or not at.isdecimal() or int(at) >= len(services):
            raise Unreadable("no service is offered there")
        chosen = Filling(values={definition.offers: services[int(at)].id})
        was_begun = is_begun(await turn.queries.draft(new_case_draft(process, turn.person.id)))
        await turn.handler.save_new_case_draft(process, chosen, actor=turn.person.id)
        form = await new_case_form(turn, process)
        return Reply(dialog=form if was_begun else replace(form, has_draft=False, anew=None))
    return Reply(dialog=await new_case_form(turn, process))
