"""People who join, move, head a department, leave and come back, while the program runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.domain import errors
from workflows.domain.ids import DepartmentId, PersonId, TaskId
from workflows.domain.organising.changes import Change, edit
from workflows.domain.organising.register import Attribute, Register, Subject, organisation_of, words
from workflows.domain.people import Organisation, Person
from workflows.domain.permissions import check_may_appoint, check_may_organise, may_organise
from workflows.domain.text import Text
from workflows.ports.organisation import KeptChange
from workflows.ports.queries import Queries
from workflows.usecases.chats import Chats
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.organising import Organising
from workflows.usecases.review_tasks import review_tasks
from workflows.usecases.sign_ins import SignIns


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who joins: the name and the post as they are read in every language, and the address if it is known."""

    name: str
    post: str
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Changes who works here. *by* is checked each time: nobody changes more than `permissions` lets them.

    Every method raises what `check_sound` raises, NotTheHead or MayNotAppoint, having changed nothing, and
    StorageUnavailable.
    """

    organising: Organising
    handler: CommandHandler
    queries: Queries
    chats: Chats
    sign_ins: SignIns

    async def join(
        self, newcomers: Sequence[Newcomer], department: DepartmentId, *, by: PersonId, why: str = ""
    ) -> Sequence[PersonId]:
        """Add people to a department, all of them or none, and return their ids."""

        def joining(register: Register) -> Sequence[Change]:
            check_may_organise(organisation_of(register), by, [department])
            return [
                edit(
                    register,
                    Subject.PERSON,
                    _new_id(register, number),
                    name=words(Text.same(each.name)),
                    post=words(Text.same(each.post)),
                    departments=[department],
                    email=each.email,
                )
                for number, each in enumerate(newcomers)
            ]

        return [PersonId(change.id) for change in await self.organising.change(joining, by=by, why=why)]

    async def change(
        self, person: PersonId, values: Mapping[Attribute, object], *, by: PersonId, why: str = ""
    ) -> None:
        """Give a person another name, post, address or other departments; tasks are offered anew where it matters."""

        def changing(register: Register) -> Sequence[Change]:
            organisation = organisation_of(register)
            check_may_organise(organisation, by, organisation.person(person).departments)
            check_may_organise(organisation, by, _departments(values))
            return [edit(register, Subject.PERSON, person, **{str(name): value for name, value in values.items()})]

        await self.organising.change(changing, by=by, why=why)
        await review_tasks(self.handler, self.queries)

    async def appoint(self, person: PersonId, department: DepartmentId, *, by: PersonId, why: str = "") -> None:
        """Make a person the head of a department."""

        def appointing(register: Register) -> Sequence[Change]:
            organisation = organisation_of(register)
            check_may_appoint(organisation, by, department)
            return [edit(register, Subject.DEPARTMENT, department, head=organisation.person(person).id)]

        await self.organising.change(appointing, by=by, why=why)
        await review_tasks(self.handler, self.queries)

    async def leave(self, person: PersonId, *, by: PersonId, why: str = "") -> Sequence[TaskId]:
        """Let a person leave: accounts and sign-ins end, and open tasks are offered anew. Return those tasks.

        What was typed into their forms stays with the tasks. A head has to be replaced first (HeadIsGone).
        """

        def leaving(register: Register) -> Sequence[Change]:
            organisation = organisation_of(register)
            check_may_organise(organisation, by, organisation.person(person).departments)
            return [edit(register, Subject.PERSON, person, left=True)]

        accounts = self.chats.directory.accounts_of(person)
        await self.organising.change(leaving, by=by, why=why)
        for account in accounts:
            await self.chats.unlink(account)
        await self.sign_ins.end_all(person)
        return await review_tasks(self.handler, self.queries)

    async def come_back(self, person: PersonId, *, by: PersonId, why: str = "") -> None:
        """Take somebody who has left back, to the departments and the post they had; they need a new invitation."""

        def returning(register: Register) -> Sequence[Change]:
            here = register.people.get(person)
            if here is None:
                raise errors.UnknownPerson(person_id=person)
            change = edit(register, Subject.PERSON, person, left=None)
            departments = _departments({Attribute(name): value for name, value in here.items()})
            check_may_organise(organisation_of(register), by, departments)
            return [change]

        await self.organising.change(returning, by=by, why=why)
        await review_tasks(self.handler, self.queries)

    async def history_of(self, person: PersonId) -> Sequence[KeptChange]:
        """Return what was changed of a person, the latest first."""
        return tuple(reversed(await self.queries.organisation_changes_of(Subject.PERSON, person)))


def organisable(organisation: Organisation, by: PersonId) -> tuple[Person, ...]:
    """Return the people whom a person may change, in the order of the organisation."""
    return tuple(person for person in organisation.people.values() if may_organise(organisation, by, person))


def _departments(values: Mapping[Attribute, object]) -> tuple[DepartmentId, ...]:
    found = values.get(Attribute.DEPARTMENTS, ())
    return tuple(DepartmentId(str(name)) for name in found) if isinstance(found, list | tuple) else ()


def _new_id(register: Register, number: int) -> str:
    """Return an id that nobody has had; people never see it."""
    last = max((int(name[1:]) for name in register.people if name[:1] == "p" and name[1:].isdecimal()), default=0)
    return f"p{last + number + 1}"
