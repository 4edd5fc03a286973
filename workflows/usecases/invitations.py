"""One-time invitations: made by heads and administrators, redeemed in any chat."""

import hashlib
import secrets
import string
from dataclasses import dataclass
from datetime import timedelta

from workflows.domain.ids import PersonId
from workflows.domain.people import Organisation
from workflows.domain.permissions import check_may_invite
from workflows.ports.clock import Clock
from workflows.ports.platforms import Account, LinkedAccount
from workflows.ports.unit_of_work import Storage, UnitOfWork

CODE_ALPHABET = string.ascii_letters + string.digits
"""No sign that a chat takes for markup: what somebody copies from a message is what was written."""
CODE_LENGTH = 32
LASTS = timedelta(days=7)
"""How long an invitation can be redeemed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitations:
    """Makes and redeems invitations; only the digest of a code is kept."""

    storage: Storage
    organisation: Organisation
    clock: Clock

    async def invite(self, person: PersonId, *, by: PersonId | None) -> str:
        """Return a new one-time code for a person, requested by somebody or by the operator of the program (None).

        Raises UnknownPerson, or NotTheHead when it is not for *by* to invite.
        """
        invited = self.organisation.person(person)
        if by is not None:
            check_may_invite(self.organisation, self.organisation.person(by).id, invited)
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        expires_at = self.clock.now() + LASTS
        await self.storage.transact(lambda unit: unit.add_invitation(digest(code), person, expires_at))
        return code

    async def redeem(self, code: str, account: LinkedAccount | None) -> PersonId | None:
        """Use up a code, link the account (None: there is none to link) and return the invited person.

        None when the code is unknown, used or expired, or when the person has left the organisation.
        """
        now = self.clock.now()

        def work(unit: UnitOfWork) -> PersonId | None:
            person = unit.redeem_invitation(digest(code), now)
            if person is None or person not in self.organisation.people:
                return None
            if account is not None:
                unit.link_account(
                    Account(
                        platform=account.platform,
                        account=account.account,
                        person=person,
                        chat=account.chat,
                        linked_at=now,
                    )
                )
            return person

        return await self.storage.transact(work)


def digest(code: str) -> str:
    """Return the digest of a code, the only part of it that is stored."""
    return hashlib.sha256(code.encode()).hexdigest()
