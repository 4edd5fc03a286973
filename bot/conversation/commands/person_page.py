"""The page of a person: where and as what they work, what was changed last, and the buttons that change it."""

from collections.abc import Iterator, Mapping, Sequence

from bot.actions import Action, Verb
from bot.conversation.turn import Turn
from bot.rendering.language.i18n import N_
from workflows.domain import permissions
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.organising.register import Attribute, Subject
from workflows.domain.people import Person
from workflows.domain.text import Text
from workflows.ports.chat import Button, Message
from workflows.ports.organisation import KeptChange

MOST_CHANGES = 5
LEAVE, RETURN, HEAD = "leave", "return", "head"
"""What else than an attribute of a person a button changes."""
_CHANGED: Mapping[str, str] = {
    Attribute.NAME: N_("name"),
    Attribute.POST: N_("post"),
    Attribute.DEPARTMENTS: N_("department"),
    Attribute.EMAIL: N_("e-mail"),
    Attribute.ROLES: N_("roles"),
    Attribute.SKILLS: N_("skills"),
}


async def page(turn: Turn, person: PersonId) -> Message:
    """Return a person with the buttons of what may be changed; raises UnknownPerson."""
    register = turn.people.organising.register
    if person not in register.people:
        turn.organisation.person(person)
    here = turn.organisation.people.get(person)
    departments = [
        DepartmentId(str(each)) for each in _listed(register.value(Subject.PERSON, person, Attribute.DEPARTMENTS))
    ]
    changes = await turn.people.history_of(person)
    accounts, ports = turn.chats.directory.accounts_of(person), turn.ports
    return turn.message(
        "person",
        list(_buttons(turn, person, here, departments)),
        person=turn.name_of(person),
        post=None if here is None else here.post.in_(turn.language),
        email=None if here is None else here.email,
        departments=[turn.department_title(each) for each in departments],
        heads=[each.title.in_(turn.language) for each in turn.organisation.departments.values() if each.head == person],
        tasks=len(await turn.queries.my_tasks(person)),
        has_left=here is None,
        has_platforms=has_platforms(turn),
        platforms=sorted({turn.words.gettext(ports[a.platform].title) for a in accounts if a.platform in ports}),
        changes=[_change(turn, each) for each in changes if not _is_from_the_start(each)][:MOST_CHANGES],
    )


def has_platforms(turn: Turn) -> bool:
    """Whether people can link accounts: in the built-in chat alone nobody needs one."""
    return len(turn.ports) > 1


def _is_from_the_start(kept: KeptChange) -> bool:
    """Whether the file of the company brought somebody in: that is no change that anybody looks for."""
    return kept.by is None and all(before is None for before, _ in kept.change.attributes.values())


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _buttons(
    turn: Turn, person: PersonId, here: Person | None, departments: Sequence[DepartmentId]
) -> Iterator[Button]:
    gettext, by = turn.words.gettext, turn.person.id
    if not all(each in turn.organisation.departments for each in departments) or not all(
        permissions.may_bind(turn.organisation, by, each) for each in departments
    ):
        return
    if here is None:
        yield Button(label=gettext("Has come back"), action=setting(person, RETURN))
        return
    yield Button(label=gettext("Tasks"), action=Action(verb=Verb.TEAM, target=person).encode())
    yield Button(label=gettext("Invite"), action=Action(verb=Verb.INVITE, target=person).encode())
    for argument, label in (
        (Attribute.NAME, gettext("Name")),
        (Attribute.POST, gettext("Post")),
        (Attribute.EMAIL, gettext("E-mail")),
        (Attribute.DEPARTMENTS, gettext("Department…")),
        (HEAD, gettext("Make head…")),
        (LEAVE, gettext("Leaves…")),
    ):
        if argument == HEAD and not any(
            permissions.may_appoint(turn.organisation, by, each) for each in turn.organisation.departments
        ):
            continue
        action = Action(verb=Verb.EDIT_PERSON, target=person, argument=argument)
        yield Button(label=label, action=action.encode())


def _change(turn: Turn, kept: KeptChange) -> Mapping[str, object]:
    """Return when and by whom a person was changed, and to what."""
    what = []
    for name, (_, after) in kept.change.attributes.items():
        if name == Attribute.LEFT:
            what.append(turn.words.gettext("left") if after else turn.words.gettext("came back"))
        elif name in _CHANGED:
            what.append(f"{turn.words.gettext(_CHANGED[name])}: {_worded(turn, name, after)}")
    by = turn.words.gettext("organisation.yaml") if kept.by is None else turn.name_of(kept.by)
    return {"at": kept.at, "by": by, "what": "; ".join(what), "why": kept.why}


def _worded(turn: Turn, name: str, value: object) -> str:
    if isinstance(value, Mapping):
        return str(value[turn.language.value])
    if name == Attribute.DEPARTMENTS:
        return ", ".join(turn.department_title(DepartmentId(str(each))) for each in _listed(value))
    if name == Attribute.POST:
        return turn.organisation.posts.get(str(value), Text.same(str(value))).in_(turn.language)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "—")


def setting(person: PersonId, argument: str) -> str:
    """Return the action of a button that sets something of a person."""
    return Action(verb=Verb.SET_PERSON, target=person, argument=argument).encode()
