"""`/new`: open the form of a new case, or choose the process first."""

from bot.actions import Action, Verb
from bot.conversation.forms.form_dialog import ANEW, new_case_form
from bot.conversation.reply import Menu, Reply, ReplyKind
from bot.conversation.turn import Talk
from workflows.domain.ids import ProcessId
from workflows.domain.permissions import may_open
from workflows.ports.chat import Button


async def new(talk: Talk, _rest: str) -> Reply:
    """Open the form of the one process that the person may open, or let them choose."""
    processes = [
        definition
        for definition in talk.definitions.current()
        if may_open(definition, talk.organisation, talk.person.id)
    ]
    if len(processes) == 1:
        return Reply(dialog=await new_case_form(talk, processes[0].id))
    if not processes:
        who = "; ".join(
            talk.words.gettext(
                "“%(process)s” — %(department)s",
                process=definition.title.in_(talk.language),
                department=talk.department_title(definition.stages[definition.start].department),
            )
            for definition in talk.definitions.current()
        )
        toast = talk.words.gettext("Your department opens no cases. They are opened by: %(who)s.", who=who)
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    buttons = tuple(
        Button(label=d.title.in_(talk.language), action=Action(verb=Verb.NEW, target=d.id).encode()) for d in processes
    )
    title = talk.words.gettext("New case")
    return Reply(dialog=Menu(title=title, text=talk.words.gettext("Which process?"), buttons=buttons))


async def by_button(talk: Talk, action: Action) -> Reply:
    """Open the form of the process chosen, begun anew where the button says so."""
    process = ProcessId(action.target)
    if action.argument == ANEW:
        await talk.handler.drop_new_case_draft(process, actor=talk.person.id)
    return Reply(dialog=await new_case_form(talk, process))
