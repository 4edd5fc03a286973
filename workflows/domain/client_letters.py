"""Letters to the client: people send them themselves, and mark what they have sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from workflows.domain.ids import PersonId, TaskId, TemplateName
from workflows.domain.notices import LetterRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Who marked a letter as sent, and when."""

    by: PersonId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLetter:
    """A letter to the client, the `number` (from 1) of those that a task wrote; `sent` is None until it is marked."""

    task_id: TaskId
    number: int
    template: TemplateName
    by: PersonId
    sent: Sent | None = None


def to_be_sent(requests: Iterable[LetterRequest]) -> tuple[ClientLetter, ...]:
    """Return the letters to the client among those of one decision, none of them sent."""
    written = {request.template: request for request in requests if request.recipient is not None}
    return tuple(
        ClientLetter(task_id=request.from_task, number=number, template=request.template, by=request.by)
        for number, request in enumerate(written.values(), 1)
    )
