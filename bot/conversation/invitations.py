"""Who is behind an account: one-time invitations, made by heads and administrators, redeemed in any chat."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from workflows.domain import errors
from workflows.domain.ids import PersonId
from workflows.domain.people import Organisation, Person, Role
from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import Storage, UnitOfWork

LASTS = timedelta(days=7)
"""How long an invitation can be redeemed."""

Link = Callable[[UnitOfWork, PersonId], None]
"""What an adapter does with an account whose invitation was redeemed, within the same transaction."""


def no_link(_unit: UnitOfWork, _person: PersonId) -> None:
    """Link nothing: for the web chat, where a signed cookie tells who somebody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Makes and redeems invitations; only the digest of a code is kept."""

    storage: Storage
    organisation: Organisation
    clock: Clock

    async def invite(self, person: PersonId, *, by: PersonId | None) -> str:
        """Make a one-time code for a person, asked by somebody or by whoever runs the program (None).

        Raises UnknownPerson, or NotTheHead when it is not for *by* to invite.
        """
        invited = self.organisation.person(person)
        if by is not None:
            self._check_may_invite(by, invited)
        code = secrets.token_urlsafe(24)
        expires_at = self.clock.now() + LASTS
        await self.storage.transact(lambda unit: unit.add_invitation(digest(code), person, expires_at))
        return code

    def _check_may_invite(self, by: PersonId, invited: Person) -> None:
        heads = any(self.organisation.is_head_over(by, department) for department in invited.departments)
        if not heads and Role.ADMINISTRATOR not in self.organisation.person(by).roles:
            raise errors.NotTheHead(department=invited.departments[0])

    async def redeem(self, code: str, link: Link) -> PersonId | None:
        """Use up a code and link the account; None when it is unknown, used, expired or of somebody who has left."""
        now = self.clock.now()

        def work(unit: UnitOfWork) -> PersonId | None:
            person = unit.redeem_invitation(digest(code), now)
            if person is None or person not in self.organisation.people:
                return None
            link(unit, person)
            return person

        return await self.storage.transact(work)


def digest(code: str) -> str:
    """Return what is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()
