"""Who is signed in to the built-in chat: sign-ins are ended one by one or all together, on the server."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflows.domain.ids import PersonId
from workflows.ports.clock import Clock
from workflows.ports.notes import Json, Notes
from workflows.ports.unit_of_work import StorageUnavailable

LASTS = timedelta(days=30)
"""How long a sign-in lasts unless it is ended."""
KEPT = timedelta(seconds=30)
"""How long what was read of a person is used without reading it again: another process may have ended sign-ins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One sign-in of a person. It is over when `epoch` is no longer that of the person, or when its `id` was ended."""

    person: PersonId
    epoch: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    epoch: str
    ended: Mapping[str, str]
    read_at: datetime

    def permits(self, sign_in: SignIn) -> bool:
        return sign_in.epoch == self.epoch and sign_in.id not in self.ended


class SignIns:
    """Begins and ends sign-ins; every method raises StorageUnavailable when the database cannot be reached.

    *on_end* is called with the person after some of their sign-ins have ended.
    """

    def __init__(self, notes: Notes, clock: Clock, on_end: Callable[[PersonId], None]) -> None:
        self._notes = notes
        self._clock = clock
        self._on_end = on_end
        self._known: dict[PersonId, _Known] = {}
        self._changing = asyncio.Lock()

    async def begin(self, person: PersonId) -> SignIn:
        """Return a new sign-in of a person."""
        known = await self._read(person)
        return SignIn(person=person, epoch=known.epoch, id=secrets.token_hex(8))

    async def is_open(self, sign_in: SignIn) -> bool:
        """Whether a sign-in has not been ended, in this process or, at the latest KEPT ago, in another one."""
        known = self._known.get(sign_in.person)
        if known is None or self._clock.now() - known.read_at >= KEPT:
            try:
                known = await self._read(sign_in.person)
            except StorageUnavailable:
                if known is None:
                    raise
        return known.permits(sign_in)

    async def end(self, sign_in: SignIn) -> None:
        """End one sign-in."""
        async with self._changing:
            known, now = await self._read(sign_in.person), self._clock.now()
            # What has run out by itself need not be remembered as ended.
            recent = {key: at for key, at in known.ended.items() if now - datetime.fromisoformat(at) < LASTS}
            ended = {**recent, sign_in.id: now.isoformat()}
            await self._notes.keep(_ended_key(sign_in.person), ended, now)
            self._known[sign_in.person] = _Known(epoch=known.epoch, ended=ended, read_at=now)
        self._on_end(sign_in.person)

    async def end_all(self, person: PersonId) -> None:
        """End every sign-in of a person."""
        # Never read before it is written: of two processes that end sign-ins, neither may bring back an older epoch.
        epoch, now = secrets.token_hex(8), self._clock.now()
        async with self._changing:
            await self._notes.keep(_epoch_key(person), epoch, now)
            self._known[person] = _Known(epoch=epoch, ended={}, read_at=now)
        self._on_end(person)

    async def _read(self, person: PersonId) -> _Known:
        before = self._known.get(person)
        now = self._clock.now()
        epoch, ended = await self._notes.read(_epoch_key(person)), await self._notes.read(_ended_key(person))
        known = _Known(epoch=_text(epoch), ended=_moments(ended), read_at=now)
        # A reading from before a change must not arrive after it and overwrite it.
        if self._known.get(person) is before:
            self._known[person] = known
        return self._known[person]


def _epoch_key(person: PersonId) -> str:
    return f"sign-ins:{person}:epoch"


def _ended_key(person: PersonId) -> str:
    return f"sign-ins:{person}:ended"


def _text(note: Json) -> str:
    return note if isinstance(note, str) else ""


def _moments(note: Json) -> dict[str, str]:
    return {key: at for key, at in note.items() if isinstance(at, str)} if isinstance(note, Mapping) else {}
