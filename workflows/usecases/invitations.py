"""One-time invitations: made by heads and administrators, redeemed in any chat."""

import hashlib
import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from workflows.domain.ids import PersonId
from workflows.domain.permissions import check_may_invite
from workflows.ports.clock import Clock
from workflows.ports.platforms import Account, LinkedAccount, RedeemedInvitation
from workflows.ports.unit_of_work import Announcement, OutboxKind, Storage, UnitOfWork
from workflows.usecases.commits import Commits
from workflows.usecases.directory import Directory
from workflows.usecases.organising import CurrentOrganisation

CODE_ALPHABET = string.ascii_letters + string.digits
"""No sign that a chat takes for markup: what somebody copies from a message is what was written."""
CODE_LENGTH = 32
LASTS = timedelta(days=7)
"""How long an invitation can be redeemed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitations:
    """Makes and redeems invitations; only the digest of a code is kept."""

    storage: Storage
    organisation: CurrentOrganisation
    directory: Directory
    clock: Clock
    commits: Commits

    async def invite(self, person: PersonId, *, by: PersonId | None) -> str:
        """Return a new one-time code for a person, requested by somebody or by the operator of the program (None).

        Raises UnknownPerson, or NotTheHead when it is not for *by* to invite.
        """
        invited = self.organisation.now.person(person)
        if by is not None:
            check_may_invite(self.organisation.now, self.organisation.now.person(by).id, invited)
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        expires_at = self.clock.now() + LASTS
        await self.storage.transact(lambda unit: unit.add_invitation(digest(code), person, expires_at, by))
        return code

    async def redeem(self, code: str, account: LinkedAccount | None) -> PersonId | None:
        """Use up a code, link the account (None: it is used in the built-in chat) and return the invited person.

        The person, in all their other chats, and whoever invited them are told where it was used. None when the code is
        unknown, used or expired, or when the person has left the organisation.
        """
        now = self.clock.now()

        def work(unit: UnitOfWork) -> PersonId | None:
            invited = unit.redeem_invitation(digest(code), now)
            if invited is None or invited.person not in self.organisation.now.people:
                return None
            person = invited.person
            unit.announce(self._told(invited, account), now)
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

        redeemed = await self.storage.transact(work)
        self.commits.announce()
        return redeemed

    def _told(self, invited: RedeemedInvitation, account: LinkedAccount | None) -> Iterator[Announcement]:
        values = {
            "person": invited.person,
            "platform": "" if account is None else account.platform,
            "account": "" if account is None else account.account,
        }
        # A login into the built-in chat shows itself there.
        linked = [each.chat for each in self.directory.accounts_of(invited.person) if each.chat is not None]
        chats = linked if account is None else [*self.directory.of_person(invited.person)]
        inviter = invited.invited_by
        if inviter is not None and inviter != invited.person:
            chats += self.directory.of_person(inviter)
        for chat in dict.fromkeys(chat for chat in chats if account is None or chat != account.chat):
            yield Announcement(chat=chat, kind=OutboxKind.ACCOUNT_LINKED, case_id=None, values=values)


def digest(code: str) -> str:
    """Return the digest of a code, the only part of it that is stored."""
    return hashlib.sha256(code.encode()).hexdigest()
