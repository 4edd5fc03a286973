"""What the web application works with; wired by hand in `bot.bootstrap`, by fakes in tests."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.conversation.incoming import Asker, Incoming, PreviewRead, RowsRead
from bot.conversation.reply import Reply
from bot.web.chat_port import WebChat
from bot.web.hub import Hub
from workflows.domain.ids import PersonId
from workflows.domain.text import Language, Text
from workflows.ports.chat import Message
from workflows.ports.clock import Clock
from workflows.ports.own_messages import OwnMessages
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import Storage
from workflows.usecases.delivery.outbox import Outbox
from workflows.usecases.delivery.shown_lists import ShownLists
from workflows.usecases.organising import CurrentOrganisation
from workflows.usecases.running_processes import Definitions
from workflows.usecases.sign_ins import SignIns


class ConversationPort(Protocol):
    """The conversation as an adapter sees it."""

    async def handle(self, incoming: Incoming) -> Reply:
        """Handle one update and return the reply."""
        ...

    async def form(self, asker: Asker, key: str) -> Reply:
        """Return a form with its draft; else a refusal."""
        ...

    async def foresee(self, asker: Asker, read: PreviewRead) -> Reply:
        """Return what a form would send; else what is missing."""
        ...

    async def pasted(self, asker: Asker, pasted: RowsRead) -> Reply:
        """Return a form with the rows of a pasted table; else a refusal."""
        ...

    async def overview(self, asker: Asker) -> Message:
        """Return the active cases, what is late first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCompany:
    """A company of the demonstration."""

    id: str
    name: Text


class SampleCompanies(Protocol):
    """The companies of the demonstration."""

    def companies(self) -> tuple[SampleCompany, ...]:
        """Return the companies, that with which the demonstration began before all."""
        ...

    async def port_of(self, company: str) -> int | None:
        """Return the port of a company, which is started if it was not; None where there is no such company."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """`redeem` uses up the invitation of a code and returns its person; `is_ready` checks the database.

    `company` is the name of the company's folder; `samples` are the companies of the demonstration, None outside it;
    `public_url` is None when the program is reached directly.
    """

    conversation: ConversationPort
    queries: Queries
    storage: Storage
    web_messages: OwnMessages
    chat: WebChat
    hub: Hub
    organisation: CurrentOrganisation
    definitions: Definitions
    clock: Clock
    locale: Language
    timezone: ZoneInfo
    session_secret: str
    company: str
    samples: SampleCompanies | None
    public_url: str | None
    redeem: Callable[[str], Awaitable[PersonId | None]]
    is_ready: Callable[[], Awaitable[bool]]
    outbox: Outbox
    sign_ins: SignIns
    lists: ShownLists
