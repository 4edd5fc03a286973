"""Commands of heads and administrators: bind a chat to a department, forget it, invite a person."""

from bot.actions import Action, Verb
from bot.conversation.commands.vocabulary import Word
from bot.conversation.reply import Menu, Reply, ReplyKind
from bot.conversation.turn import Talk, plain
from workflows.domain import permissions
from workflows.domain.ids import DepartmentId, PersonId
from workflows.ports.chat import Button


async def bind(talk: Talk, rest: str) -> Reply:
    """Have the cards of the department named appear in this chat; with nothing named, let them choose."""
    if talk.asker.room is None:
        return Reply(toast=_where_to_bind(talk), kind=ReplyKind.REFUSED)
    department = _department_named(talk, rest) if rest else None
    if department is not None:
        return await _bind(talk, department)
    text = talk.words.gettext("Which department's cards appear in this chat?")
    if rest:
        text = talk.words.gettext("There is no department “%(name)s”.", name=rest) + " " + text
    buttons = tuple(
        Button(label=department.title.in_(talk.language), action=Action(verb=Verb.BIND, target=department.id).encode())
        for department in talk.organisation.departments.values()
        if permissions.may_bind(talk.organisation, talk.person.id, department.id)
    )
    if not buttons:
        toast = talk.words.gettext("Chats are bound by the head of the department or by an administrator.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    return Reply(dialog=Menu(title=talk.words.gettext("Bind the chat"), text=text, buttons=buttons))


def _where_to_bind(talk: Talk) -> str:
    gettext, bind = talk.words.gettext, talk.command(Word.BIND)
    if talk.port.joins_channels:
        return gettext("Open the department's channel and type %(bind)s there.", bind=bind)
    return gettext("Add me to the department's group and type %(bind)s there.", bind=bind)


async def bind_chosen(talk: Talk, action: Action) -> Reply:
    """Bind the chat to the department of the button."""
    return await _bind(talk, DepartmentId(action.target))


async def _bind(talk: Talk, department: DepartmentId) -> Reply:
    room = talk.asker.room
    if room is None:
        return await bind(talk, "")
    await talk.chats.bind(department, talk.asker.chat, room, by=talk.person.id)
    sentence = talk.words.gettext(
        "From now on the cards of the department “%(department)s” appear here. %(unbind)s ends it.",
        unbind=talk.command(Word.UNBIND),
        department=talk.department_title(department),
    )
    return Reply(message=plain(sentence, talk.dialect), kind=ReplyKind.DONE)


async def unbind(talk: Talk, _rest: str) -> Reply:
    """Forget this chat."""
    departments = await talk.chats.unbind(talk.asker.chat, by=talk.person.id)
    if not departments:
        toast = talk.words.gettext("No department's cards appear in this chat, so nothing was changed.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    titles = ", ".join(talk.department_title(department) for department in departments)
    sentence = talk.words.gettext("The cards of “%(departments)s” no longer appear here.", departments=titles)
    return Reply(message=plain(sentence, talk.dialect))


async def invite(talk: Talk, rest: str) -> Reply:
    """Make a one-time invitation for the person named; with nobody named, let the head choose."""
    organisation = talk.organisation
    people = [p for p in organisation.people.values() if permissions.may_invite(organisation, talk.person.id, p)]
    if not people:
        toast = talk.words.gettext("People are invited by the head of their department or by an administrator.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    wanted = rest.casefold()
    found = [p for p in people if wanted in (p.id, p.name.ru.casefold(), p.name.en.casefold())] if rest else []
    found = found or [p for p in people if wanted in f"{p.name.ru} {p.name.en}".casefold()]
    if rest and len(found) == 1:
        return await _invite(talk, found[0].id)
    buttons = tuple(
        Button(label=p.name.in_(talk.language), action=Action(verb=Verb.INVITE, target=p.id).encode())
        for p in found or people
    )
    text = talk.words.gettext("Who is invited? The link works once, for seven days.")
    return Reply(dialog=Menu(title=talk.words.gettext("Invite a person"), text=text, buttons=buttons))


async def invite_chosen(talk: Talk, action: Action) -> Reply:
    """Invite the person of the button."""
    return await _invite(talk, PersonId(action.target))


async def _invite(talk: Talk, person: PersonId) -> Reply:
    if talk.asker.room is not None:
        # Whoever reads a group could use the link first.
        toast = talk.words.gettext(
            "An invitation is private: type %(invite)s in your private chat with me.", invite=talk.command(Word.INVITE)
        )
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    code = await talk.invitations.invite(person, by=talk.person.id)
    links = [
        {"title": talk.words.gettext(port.title), "link": way}
        for port in sorted(talk.ports.values(), key=lambda port: port.title)
        if (way := port.way_in(code)) is not None
    ]
    # A way in that is no link says already what has to be typed.
    is_told = any(not way["link"].startswith(("https://", "http://")) for way in links)
    text = talk.message("invitation", person=talk.name_of(person), links=links, code="" if is_told else code)
    return Reply(message=text, kind=ReplyKind.DONE)


def _department_named(talk: Talk, name: str) -> DepartmentId | None:
    wanted = name.casefold()
    for department in talk.organisation.departments.values():
        if wanted in (department.id.casefold(), department.title.ru.casefold(), department.title.en.casefold()):
            return department.id
    return None
