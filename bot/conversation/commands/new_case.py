"""`/new`: open the form of a new case, or choose the process first."""

from bot.actions import Action, Verb
from bot.conversation.forms.form_dialog import ANEW, new_case_form
from bot.conversation.reply import Menu, Reply, ReplyKind
from bot.conversation.turn import Turn
from workflows.domain.ids import ProcessId
from workflows.domain.permissions import may_open
from workflows.ports.chat import Button


async def new(turn: Turn, _rest: str) -> Reply:
    """Open the form of the one process that the person may open, or let them choose."""
    processes = [
        definition
        for definition in turn.definitions.current()
        if may_open(definition, turn.organisation, turn.person.id)
    ]
    if len(processes) == 1:
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
    buttons = tuple(
        Button(label=d.title.in_(turn.language), action=Action(verb=Verb.NEW, target=d.id).encode()) for d in processes
    )
    title = turn.words.gettext("New case")
    return Reply(dialog=Menu(title=title, text=turn.words.gettext("Which process?"), buttons=buttons))


async def by_button(turn: Turn, action: Action) -> Reply:
    """Open the form of the chosen process; drop its draft first if the button says so."""
    process = ProcessId(action.target)
    if action.argument == ANEW:
        await turn.handler.drop_new_case_draft(process, actor=turn.person.id)
    return Reply(dialog=await new_case_form(turn, process))
