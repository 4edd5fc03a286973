"""The web application over fakes, and a browser that speaks to it as one person."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from bot.conversation.incoming import Asker, Incoming, PreviewRead, RowsRead
from bot.conversation.reply import Reply
from bot.web.app import create_app
from bot.web.chat_port import WebChat
from bot.web.hub import Hub
from bot.web.services import SampleCompany, Services
from tests.conversation.desk import Desk
from tests.fakes.memory import Memory
from tests.fakes.notes import MemoryNotes
from tests.fakes.web_messages import KeptMessages
from workflows.domain.decision import Decision
from workflows.domain.ids import PersonId
from workflows.domain.text import Language, Text
from workflows.ports.chat import ChatAddress, Message, Subject
from workflows.usecases.commits import Commits
from workflows.usecases.delivery.outbox import Outbox
from workflows.usecases.delivery.shown_lists import ShownLists
from workflows.usecases.sign_ins import SignIns

SERVER = "https://handover.example"


class ScriptedConversation:
    """Replies to everything with `reply`, and records what came; it may fail, or choose a language."""

    def __init__(self) -> None:
        self.came: list[Incoming] = []
        self.foreseen: list[PreviewRead] = []
        self.pastes: list[RowsRead] = []
        self.reply = Reply()
        self.breaks = False
        self.chooses: tuple[Memory, Language] | None = None

    async def handle(self, incoming: Incoming) -> Reply:
        """Record and reply."""
        self.came.append(incoming)
        if self.chooses is not None and incoming.person is not None:
            person, (memory, language) = incoming.person, self.chooses
            await memory.transact(lambda unit: unit.set_language(person, language))
        if self.breaks:
            raise RuntimeError("broken on purpose")
        return self.reply

    async def form(self, asker: Asker, key: str) -> Reply:
        """Reply, whatever form is read."""
        return self.reply

    async def foresee(self, asker: Asker, read: PreviewRead) -> Reply:
        """Record what is looked at, and reply."""
        self.foreseen.append(read)
        return self.reply

    async def pasted(self, asker: Asker, pasted: RowsRead) -> Reply:
        """Record what was pasted, and reply."""
        self.pastes.append(pasted)
        return self.reply

    async def overview(self, asker: Asker) -> Message:
        """Return a line that names who looks."""
        return Message(text=f"overview of {asker.person}")


class Samples:
    """Two companies of a demonstration, which run already."""

    def companies(self) -> tuple[SampleCompany, ...]:
        """Return InPlat and a bank."""
        return (
            SampleCompany(id="inplat", name=Text(ru="ИнПлат", en="InPlat")),
            SampleCompany(id="bank", name=Text(ru="Банк", en="Bank")),
        )

    async def port_of(self, company: str) -> int | None:
        """Return the port of a company."""
        return {"inplat": 443, "bank": 8123}.get(company)


class Tab:
    """The application with everything behind it that a test may inspect or set up."""

    def __init__(self, *, demo: bool = True, public_url: str | None = SERVER) -> None:
        self.desk = Desk(Language.RU)
        self.conversation = ScriptedConversation()
        self.hub = Hub()
        self.kept = KeptMessages()
        self.chat = WebChat(messages=self.kept, hub=self.hub, clock=self.desk.clock, address=SERVER)
        self.invitations: dict[str, PersonId] = {}
        self.woken = 0
        self.sign_ins = SignIns(MemoryNotes(self.desk.memory), self.desk.clock, self.hub.on_sign_ins_ended)
        commits = Commits()
        commits.subscribe(self._wake)
        self.services = Services(
            conversation=self.conversation,
            queries=self.desk.memory,
            storage=self.desk.memory,
            web_messages=self.kept,
            chat=self.chat,
            hub=self.hub,
            organisation=self.desk.current,
            definitions=self.desk.handler.definitions,
            clock=self.desk.clock,
            locale=Language.RU,
            timezone=ZoneInfo("Europe/Moscow"),
            session_secret="a secret of the tests",
            company="inplat",
            samples=Samples() if demo else None,
            public_url=public_url,
            redeem=self._redeem,
            is_ready=self._is_ready,
            outbox=Outbox(
                storage=self.desk.memory,
                organisation=self.desk.current,
                clock=self.desk.clock,
                commits=commits,
            ),
            sign_ins=self.sign_ins,
            lists=ShownLists(storage=self.desk.memory, clock=self.desk.clock),
        )
        self.app: FastAPI = create_app(self.services)

    def browser(self) -> httpx.AsyncClient:
        """Open a browser window that is nobody yet."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=SERVER, headers={"Accept-Language": "ru"})

    async def window_of(self, person: str) -> "Window":
        """Open a browser window and pick a person in it."""
        browser = self.browser()
        picked = await browser.get(f"/pick/{person}")
        assert picked.status_code == 303, picked.text
        return Window(browser, person)

    async def says(self, chat: str, text: str, *more: Message) -> None:
        """Have the assistant post a message, in Russian or in each language given."""
        renditions = {Language.RU: Message(text=text)} if not more else dict(zip(Language, more, strict=False))
        await self.chat.post(ChatAddress(chat), renditions, key=f"test:{len(self.kept.keys)}", subject=Subject())

    async def _redeem(self, code: str) -> PersonId | None:
        return self.invitations.pop(code, None)

    async def _is_ready(self) -> bool:
        return self.kept.is_reachable

    def _wake(self, _decision: Decision | None) -> None:
        self.woken += 1


class Window:
    """A browser window of one person; posts carry what htmx and the browser add."""

    def __init__(self, browser: httpx.AsyncClient, person: str) -> None:
        self.browser = browser
        self.person = person

    async def get(self, path: str, *, piece: bool = False) -> httpx.Response:
        """Open a page of the person, or have htmx fetch a piece of one."""
        headers = {"HX-Request": "true"} if piece else {}
        return await self.browser.get(f"/as/{self.person}{path}", headers=headers)

    async def post(self, path: str, fields: Mapping[str, object] | None = None, **parts: object) -> httpx.Response:
        """Send a form as our script does: the parts about the request, and the fields by the names of our pages."""
        sent = {"HX-Request": "true", "Origin": SERVER, "Sec-Fetch-Site": "same-origin"}
        data = {"update": "press-0001", "chat": "~", **parts, **(fields or {})}
        return await self.browser.post(f"/as/{self.person}{path}", data=data, headers=sent)
