"""The core as adapters get it, over a store in memory."""

from zoneinfo import ZoneInfo

from bot.adapter import Core
from bot.web.addresses import ADDRESSES
from tests.fakes.clock import HandClock
from tests.fakes.memory import Memory
from tests.fakes.notes import MemoryNotes
from tests.onboarding import an_organisation
from workflows.domain.text import Language
from workflows.usecases.chats import Chats
from workflows.usecases.commits import Commits
from workflows.usecases.delivery.shown_lists import ShownLists
from workflows.usecases.directory import Directory
from workflows.usecases.keep_file import FileKeeper
from workflows.usecases.organising import CurrentOrganisation
from workflows.usecases.running_processes import Definitions

ZONE = ZoneInfo("Europe/Moscow")


def core_over(memory: Memory) -> Core:
    """Return a core without processes, in a small organisation that speaks Russian."""
    organisation, clock = CurrentOrganisation(an_organisation()), HandClock()
    chats = Chats(
        storage=memory,
        queries=memory,
        organisation=organisation,
        directory=Directory(organisation, ADDRESSES),
        clock=clock,
        commits=Commits(),
    )
    return Core(
        queries=memory,
        notes=MemoryNotes(memory),
        chats=chats,
        definitions=Definitions([]),
        files=FileKeeper(storage=memory, clock=clock),
        lists=ShownLists(storage=memory, clock=clock),
        commits=Commits(),
        clock=clock,
        locale=Language.RU,
        zone=ZONE,
    )
