"""Commands of heads and administrators: bind a chat to a department, unbind it from anywhere, invite a person."""

from collections.abc import Iterable

from bot.actions import Action, Verb, chat_of, unbinding
from bot.conversation.commands.vocabulary import Word
from bot.conversation.reply import Menu, Reply, ReplyKind
from bot.conversation.turn import Turn, plain
from workflows.domain import permissions
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.text import folded
from workflows.ports.chat import Button, ButtonStyle, ChatAddress, platform_of
from workflows.ports.platforms import ChatState, DepartmentChat

_SURE = "sure"
"""The argument of the button that binds a chat which another company reads."""


async def bind(turn: Turn, rest: str) -> Reply:
    """Bind this chat to the department named, so that its cards appear here; without one, offer the departments."""
    if turn.asker.group_title is None:
        return Reply(toast=_where_to_bind(turn), kind=ReplyKind.REFUSED)
    department = _department_named(turn, rest) if rest else None
    if department is not None:
        return await _bind(turn, department)
    text = turn.words.gettext("Which department's cards appear in this chat?")
    if rest:
        text = turn.words.gettext("There is no department “%(name)s”.", name=rest) + " " + text
    buttons = tuple(
        Button(label=department.title.in_(turn.language), action=Action(verb=Verb.BIND, target=department.id).encode())
        for department in turn.organisation.departments.values()
        if permissions.may_bind(turn.organisation, turn.person.id, department.id)
    )
    if not buttons:
        toast = turn.words.gettext("Chats are bound by the head of the department or by an administrator.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    return Reply(dialog=Menu(title=turn.words.gettext("Bind the chat"), text=text, buttons=buttons))


def _where_to_bind(turn: Turn) -> str:
    gettext, bind = turn.words.gettext, turn.command(Word.BIND)
    if turn.port.joins_channels:
        return gettext("Open the department's channel and type %(bind)s there.", bind=bind)
    return gettext("Add me to the department's group and type %(bind)s there.", bind=bind)


async def bind_chosen(turn: Turn, action: Action) -> Reply:
    """Bind the chat to the department of the button."""
    return await _bind(turn, DepartmentId(action.target), is_sure=action.argument == _SURE)


async def _bind(turn: Turn, department: DepartmentId, *, is_sure: bool = False) -> Reply:
    title = turn.asker.group_title
    if title is None:
        return await bind(turn, "")
    is_allowed = permissions.may_bind(turn.organisation, turn.person.id, department)
    if turn.asker.is_read_outside and is_allowed and not is_sure:
        return _ask_whether_others_may_read(turn, department)
    await turn.chats.bind(department, turn.asker.chat, title, by=turn.person.id)
    sentence = turn.words.gettext(
        "From now on the cards of the department “%(department)s” appear here. %(unbind)s ends it.",
        unbind=turn.command(Word.UNBIND),
        department=turn.department_title(department),
    )
    return Reply(message=plain(sentence, turn.dialect), kind=ReplyKind.DONE)


def _ask_whether_others_may_read(turn: Turn, department: DepartmentId) -> Reply:
    text = turn.words.gettext(
        "Another company reads this chat. It would see the cards of the department “%(department)s” with all that is "
        "in them: clients and their phones, messages, accesses. Nothing is bound yet.",
        department=turn.department_title(department),
    )
    action = Action(verb=Verb.BIND, target=department, argument=_SURE).encode()
    button = Button(label=turn.words.gettext("Bind it all the same"), action=action, style=ButtonStyle.DANGER)
    return Reply(dialog=Menu(title=turn.words.gettext("Bind the chat"), text=text, buttons=(button,)))


async def unbind(turn: Turn, _rest: str) -> Reply:
    """Unbind this chat from every department; where it is bound to none, offer the chats that are bound elsewhere."""
    departments = await turn.chats.unbind(turn.asker.chat, by=turn.person.id)
    if departments:
        sentence = turn.words.gettext(
            "The cards of “%(departments)s” no longer appear here.", departments=_titles(turn, departments)
        )
        return Reply(message=plain(sentence, turn.dialect))
    bound = [
        binding
        for binding in turn.chats.directory.bindings()
        if permissions.may_bind(turn.organisation, turn.person.id, binding.department)
    ]
    if not bound:
        toast = turn.words.gettext("No department's cards appear in this chat, so nothing was changed.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    buttons = tuple(Button(label=_bound_label(turn, binding), action=unbinding(binding.chat)) for binding in bound)
    text = turn.words.gettext("Where shall cards no longer appear? What waits for that chat is dropped.")
    return Reply(dialog=Menu(title=turn.words.gettext("Unbind a chat"), text=text, buttons=buttons))


async def unbind_chosen(turn: Turn, action: Action) -> Reply:
    """Unbind the chat of the button, which may no longer exist, from every department."""
    chat = ChatAddress(chat_of(action))
    title = next((binding.title for binding in turn.chats.directory.bindings() if binding.chat == chat), "")
    departments = await turn.chats.unbind(chat, by=turn.person.id)
    if not departments:
        toast = turn.words.gettext("That chat is bound no longer; nothing was changed.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    sentence = turn.words.gettext(
        "The cards of “%(departments)s” no longer appear in “%(title)s”.",
        departments=_titles(turn, departments),
        title=title,
    )
    return Reply(message=plain(sentence, turn.dialect), kind=ReplyKind.DONE)


def _titles(turn: Turn, departments: Iterable[DepartmentId]) -> str:
    return ", ".join(turn.department_title(department) for department in departments)


def _bound_label(turn: Turn, binding: DepartmentChat) -> str:
    """Return a bound chat with its department, its platform and, if it takes no messages, a word about that."""
    port = turn.ports.get(platform_of(binding.chat))
    platform = platform_of(binding.chat) if port is None else turn.words.gettext(port.title)
    label = f"{turn.department_title(binding.department)} · {binding.title} ({platform})"
    if binding.state is ChatState.CLOSED:
        return "⚠️ " + turn.words.gettext("%(chat)s: takes no messages", chat=label)
    return label


async def invite(turn: Turn, rest: str) -> Reply:
    """Return a one-time invitation for the person named; unless one is named exactly, offer the people."""
    organisation = turn.organisation
    people = [p for p in organisation.people.values() if permissions.may_invite(organisation, turn.person.id, p)]
    if not people:
        toast = turn.words.gettext("People are invited by the head of their department or by an administrator.")
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    wanted = folded(rest).removeprefix("@")
    found = [p for p in people if wanted in (folded(p.id), folded(p.name.ru), folded(p.name.en))] if wanted else []
    found = found or [p for p in people if wanted in folded(f"{p.name.ru} {p.name.en}")]
    if rest and len(found) == 1:
        return await _invite(turn, found[0].id)
    buttons = tuple(
        Button(label=p.name.in_(turn.language), action=Action(verb=Verb.INVITE, target=p.id).encode())
        for p in found or people
    )
    text = turn.words.gettext("Who is invited? The link works once, for seven days.")
    if not found:
        text = turn.words.gettext("There is nobody “%(name)s” whom you may invite.", name=rest) + " " + text
    return Reply(dialog=Menu(title=turn.words.gettext("Invite a person"), text=text, buttons=buttons))


async def invite_chosen(turn: Turn, action: Action) -> Reply:
    """Invite the person of the button."""
    return await _invite(turn, PersonId(action.target))


async def _invite(turn: Turn, person: PersonId) -> Reply:
    if turn.asker.group_title is not None:
        # Whoever reads a group could use the link first.
        toast = turn.words.gettext(
            "An invitation is private: type %(invite)s in your private chat with me.", invite=turn.command(Word.INVITE)
        )
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    code = await turn.invitations.invite(person, by=turn.person.id)
    links = [
        {"title": turn.words.gettext(port.title), "link": way}
        for port in sorted(turn.ports.values(), key=lambda port: port.title)
        if (way := port.way_in(code)) is not None
    ]
    # A way in that is no link contains the code already.
    has_code = any(not way["link"].startswith(("https://", "http://")) for way in links)
    text = turn.message("invitation", person=turn.name_of(person), links=links, code="" if has_code else code)
    return Reply(message=text, kind=ReplyKind.DONE)


def _department_named(turn: Turn, name: str) -> DepartmentId | None:
    wanted = folded(name)
    for department in turn.organisation.departments.values():
        if wanted in map(folded, (department.id, department.title.ru, department.title.en)):
            return department.id
    return None
