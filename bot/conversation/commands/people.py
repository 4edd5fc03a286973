"""`/people`: who works where; people are added, changed, made heads, let go and taken back from the chat."""

from collections.abc import Mapping
from dataclasses import replace

from bot.actions import Action, Unreadable, Verb
from bot.conversation.commands.person_page import HEAD, LEAVE, RETURN, has_platforms, page, setting
from bot.conversation.incoming import Answered
from bot.conversation.reply import Ask, Menu, Reply, ReplyKind
from bot.conversation.turn import Turn
from bot.rendering.language.i18n import N_
from workflows.domain import permissions
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.organising.register import Attribute, words
from workflows.domain.people import Person
from workflows.domain.reading.contacts_and_amounts import email_in
from workflows.domain.text import Text, clean, folded
from workflows.ports.chat import Button, ButtonStyle
from workflows.usecases.people import Newcomer, organisable

MOST_PEOPLE = 30
"""How many people are listed; whoever heads more names a part of the name."""
MOST_NEWCOMERS = 200
_ASKED: Mapping[str, str] = {
    Attribute.NAME: N_("First name and surname of %(name)s:"),
    Attribute.POST: N_("The post of %(name)s:"),
    Attribute.EMAIL: N_("The work e-mail of %(name)s; a dash empties it:"),
}
_EMPTY = frozenset({"-", "—", "–"})


async def people(turn: Turn, rest: str) -> Reply:
    """Return the people whom the person may change, or those of them whose name or post has the words."""
    wanted = folded(rest)
    may = organisable(turn.organisation, turn.person.id)
    if not may:
        toast = turn.words.gettext("People are changed by the heads of their departments and by administrators.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    found = [each for each in may if wanted in folded(f"{each.name.ru} {each.name.en} {each.post.ru} {each.post.en}")]
    shown = found[:MOST_PEOPLE]
    loads = await turn.queries.workloads([each.id for each in shown], turn.now)
    lines = [
        {
            "name": turn.name_of(each.id),
            "post": each.post.in_(turn.language),
            "departments": ", ".join(map(turn.department_title, each.departments)),
            "heads": each.id in {department.head for department in turn.organisation.departments.values()},
            "tasks": loads[each.id].tasks,
            "has_account": bool(turn.chats.directory.accounts_of(each.id)),
        }
        for each in shown
    ]
    buttons = [
        Button(label=turn.name_of(each.id), action=Action(verb=Verb.PERSON, target=each.id).encode()) for each in shown
    ]
    buttons.append(Button(label=turn.words.gettext("Add people…"), action=Action(verb=Verb.JOIN).encode()))
    message = turn.message(
        "people",
        buttons,
        lines=lines,
        more=len(found) - len(shown),
        wanted=rest,
        has_platforms=has_platforms(turn),
    )
    return Reply(message=message, kind=ReplyKind.PERSONAL)


async def show(turn: Turn, action: Action) -> Reply:
    """Return a person, what was changed of them last, and the buttons of what can be changed."""
    return Reply(message=await page(turn, PersonId(action.target)), kind=ReplyKind.PERSONAL)


async def ask(turn: Turn, action: Action) -> Reply:
    """Ask for the new value of an attribute, or offer the departments, or ask whether somebody leaves."""
    person = _changeable(turn, PersonId(action.target))
    name, asked = turn.name_of(person.id), action.argument
    if asked in _ASKED:
        prompt = turn.words.gettext(_ASKED[asked], name=name)
        confirm = turn.words.gettext("Change")
        return Reply(dialog=Ask(title=name, prompt=prompt, action=action.encode(), confirm=confirm))
    if asked == LEAVE:
        return Reply(dialog=await _leaving(turn, person))
    if asked not in (Attribute.DEPARTMENTS, HEAD):
        raise Unreadable("nothing of a person")
    departments = [d for d in turn.organisation.departments.values() if _may_choose(turn, asked, d.id)]
    text = (
        turn.words.gettext("Which department does %(name)s head?", name=name)
        if asked == HEAD
        else turn.words.gettext("In which department does %(name)s work from now on?", name=name)
    )
    buttons = tuple(
        Button(label=each.title.in_(turn.language), action=setting(person.id, f"{asked}={each.id}"))
        for each in departments
    )
    return Reply(dialog=Menu(title=name, text=text, buttons=buttons))


async def change(turn: Turn, action: Action, answered: Answered) -> Reply:
    """Give a person the name, post or address that was typed."""
    person, attribute = _changeable(turn, PersonId(action.target)), action.argument
    typed = _one_line(answered.text)
    if attribute not in _ASKED:
        raise Unreadable("nothing of a person")
    value: object = words(Text.same(typed))
    if attribute == Attribute.EMAIL:
        value = None if typed in _EMPTY else email_in(typed)
        if value is None and typed not in _EMPTY:
            toast = turn.words.gettext("“%(text)s” is no e-mail address. Nothing was changed.", text=typed)
            return Reply(toast=toast, kind=ReplyKind.MENDABLE)
    elif not typed:
        return Reply(toast=turn.words.gettext("Nothing was typed, so nothing was changed."), kind=ReplyKind.MENDABLE)
    await turn.people.change(person.id, {Attribute(attribute): value}, by=turn.person.id)
    return await _done(turn, person.id)


async def choose(turn: Turn, action: Action) -> Reply:
    """Do what a button of a person says: another department, a department to head, leaving, coming back."""
    person, by = PersonId(action.target), turn.person.id
    what, _, value = action.argument.partition("=")
    if what == RETURN:
        await turn.people.come_back(person, by=by)
    elif what == HEAD:
        await turn.people.appoint(person, turn.organisation.department(DepartmentId(value)).id, by=by)
    elif what == Attribute.DEPARTMENTS:
        await turn.people.change(person, {Attribute.DEPARTMENTS: [value]}, by=by)
    elif what == LEAVE:
        return await _left(turn, person)
    else:
        raise Unreadable("nothing of a person")
    return await _done(turn, person)


async def choose_department(turn: Turn, action: Action) -> Reply:
    """Offer the departments to which people can be added, or ask for the people of the one chosen."""
    departments = [
        each
        for each in turn.organisation.departments.values()
        if permissions.may_bind(turn.organisation, turn.person.id, each.id)
    ]
    chosen = action.target or (departments[0].id if len(departments) == 1 else "")
    title = turn.words.gettext("Add people")
    if not chosen:
        buttons = tuple(
            Button(label=each.title.in_(turn.language), action=Action(verb=Verb.JOIN, target=each.id).encode())
            for each in departments
        )
        return Reply(dialog=Menu(title=title, text=turn.words.gettext("To which department?"), buttons=buttons))
    prompt = turn.words.gettext(
        "Who joins “%(department)s”? A person a line: name, post, e-mail (if there is one), with commas between them; "
        "or paste the rows of a table.",
        department=turn.department_title(DepartmentId(chosen)),
    )
    return Reply(
        dialog=Ask(
            title=title,
            prompt=prompt,
            action=Action(verb=Verb.JOIN, target=chosen).encode(),
            confirm=turn.words.gettext("Add"),
            label=turn.words.gettext("People"),
        )
    )


async def join(turn: Turn, action: Action, answered: Answered) -> Reply:
    """Add the people of the lines, all of them or none; a line that cannot be read is named."""
    department = turn.organisation.department(DepartmentId(action.target)).id
    lines = [line for line in answered.text.splitlines() if line.strip()]
    newcomers = list(map(_newcomer, lines))
    wrong = [str(at) for at, each in enumerate(newcomers, 1) if each is None]
    if wrong or not lines or len(lines) > MOST_NEWCOMERS:
        toast = turn.words.gettext(
            "Nobody was added. These lines have no name and post: %(lines)s. Write “Name Surname, post”.",
            lines=", ".join(wrong) or "1",
        )
        return Reply(toast=toast, kind=ReplyKind.MENDABLE)
    joined = await turn.people.join([each for each in newcomers if each], department, by=turn.person.id)
    toast = turn.words.ngettext(
        "%(n)d person has joined: %(department)s.",
        "%(n)d people have joined: %(department)s.",
        len(joined),
        department=turn.department_title(department),
    )
    message = await page(_now(turn), joined[0]) if len(joined) == 1 else None
    return Reply(toast=toast, message=message, kind=ReplyKind.DONE)


def _newcomer(line: str) -> Newcomer | None:
    """Read a line: name, post and perhaps an address, between commas, semicolons or tabs; None when it is none."""
    mark = next((mark for mark in ("\t", ";", ",") if mark in line), ",")
    name, post, *others = [*map(_one_line, line.split(mark)), "", ""]
    written = next((part for part in others if part), None)
    email = None if written is None else email_in(written)
    is_whole = bool(name and post) and (written is None or email is not None)
    return Newcomer(name=name, post=post, email=email) if is_whole else None


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _changeable(turn: Turn, person: PersonId) -> Person:
    """Return the person; raises UnknownPerson, or NotTheHead when it is not for the person of the turn to change."""
    found = turn.organisation.person(person)
    permissions.check_may_organise(turn.organisation, turn.person.id, found.departments)
    return found


def _may_choose(turn: Turn, asked: str, department: DepartmentId) -> bool:
    may = permissions.may_appoint if asked == HEAD else permissions.may_bind
    return may(turn.organisation, turn.person.id, department)


async def _leaving(turn: Turn, person: Person) -> Menu:
    name = turn.name_of(person.id)
    tasks = await turn.queries.my_tasks(person.id)
    text = turn.words.gettext(
        "%(name)s leaves: accounts and sign-ins end at once, the name stays in everything that was done.", name=name
    )
    buttons = [
        Button(
            label=turn.words.gettext("Yes, %(name)s leaves", name=name),
            action=setting(person.id, LEAVE),
            style=ButtonStyle.DANGER,
        )
    ]
    if tasks:
        text += " " + turn.words.ngettext(
            "%(n)d task goes back to the queue of its department, with what was typed.",
            "%(n)d tasks go back to the queues of their departments, with what was typed.",
            len(tasks),
        )
        sharing = Action(verb=Verb.TEAM, target=person.id).encode()
        buttons.insert(0, Button(label=turn.words.gettext("First give the tasks to others…"), action=sharing))
    return Menu(title=name, text=text, buttons=tuple(buttons))


async def _left(turn: Turn, person: PersonId) -> Reply:
    tasks = await turn.people.leave(person, by=turn.person.id)
    turn = _now(turn)
    toast = turn.words.gettext("%(name)s has left.", name=turn.name_of(person))
    if tasks:
        toast += " " + turn.words.ngettext("%(n)d task is offered anew.", "%(n)d tasks are offered anew.", len(tasks))
    return Reply(toast=toast, message=await page(turn, person), kind=ReplyKind.DONE)


async def _done(turn: Turn, person: PersonId) -> Reply:
    turn = _now(turn)
    toast = turn.words.gettext("Changed: %(name)s.", name=turn.name_of(person))
    return Reply(toast=toast, message=await page(turn, person), kind=ReplyKind.DONE)


def _now(turn: Turn) -> Turn:
    """Return the turn in the organisation as it is after what was changed."""
    return replace(turn, organisation=turn.people.organising.now)
