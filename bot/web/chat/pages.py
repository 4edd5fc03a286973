"""What a browser reads: the chats and the conversation of a case."""

from collections.abc import Iterable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.conversation.commands.vocabulary import COMMANDS, Command, Where, offered
from bot.conversation.incoming import Asker
from bot.rendering.language.chat_style import SLASH
from bot.rendering.language.i18n import words_in
from bot.web.addresses import ADDRESSES
from bot.web.chat.case_panel import read_case
from bot.web.site import PRIVATE, ChatLine, Site, Viewer
from workflows.domain.candidates import queue_reader
from workflows.domain.ids import CaseId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, Dialect, Message
from workflows.ports.own_messages import OwnMessage

LATEST = 50


def routes(site: Site) -> APIRouter:
    """Return the routes that read."""
    pages, router = Pages(site), APIRouter()
    router.add_api_route("/as/{person}", pages.home, methods=["GET"])
    router.add_api_route("/as/{person}/", pages.home, methods=["GET"])
    router.add_api_route("/as/{person}/chat/{slug}", pages.chat, methods=["GET"])
    router.add_api_route("/as/{person}/chat/{slug}/messages", pages.messages, methods=["GET"])
    router.add_api_route("/as/{person}/waiting", pages.waiting, methods=["GET"])
    router.add_api_route("/as/{person}/case/{case_id}", pages.case, methods=["GET"])
    return router


class Pages:
    """What people look at."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._services = site.services

    async def _latest(self, chat: ChatAddress, before: int | None = None) -> tuple[list[OwnMessage], bool]:
        """Return the last messages and whether there are earlier ones."""
        found = list(await self._services.web_messages.latest(chat, LATEST + 1, before))
        return found[-LATEST:], len(found) > LATEST

    async def _waiting_cards(self, viewer: Viewer) -> int:
        """Return how many tasks wait to be claimed in the viewer's own channels."""
        return (await self._services.queries.queue(queue_reader(self._services.organisation.now, viewer.id), 1)).count

    async def _overview(self, viewer: Viewer, slug: str) -> Message | None:
        """Return the active cases for whose first screen is the private chat, when that is shown."""
        if slug != PRIVATE or self._site.first_screen(viewer) != PRIVATE:
            return None
        asker = Asker(
            person=viewer.id, language=viewer.language, chat=ADDRESSES.private(viewer.id), dialect=Dialect.HTML
        )
        return await self._services.conversation.overview(asker)

    async def _whole_page(self, viewer: Viewer, slug: str, case_id: CaseId | None = None) -> Response:
        # The id is read before the lists: what happens meanwhile is sent again rather than lost.
        since = self._services.hub.last_id
        chat = self._site.address_of(viewer, slug)
        chats = await self._site.chats(viewer)
        messages, has_earlier = await self._latest(chat)
        case = await read_case(self._site, viewer, case_id) if case_id is not None else None
        return self._site.page(
            "chat.html",
            viewer,
            since=since,
            waiting=await self._waiting_cards(viewer),
            chats=chats,
            open=_line_of(chats, slug),
            messages=self._site.templates.message_views(messages, viewer.id, viewer.language),
            has_earlier=has_earlier,
            overview=await self._overview(viewer, slug),
            case=case,
            commands=command_suggestions(viewer.language),
        )

    async def home(self, request: Request, person: str) -> Response:
        """Redirect to the first screen of the person."""
        viewer = await self._site.viewer(request, person)
        return RedirectResponse(f"{viewer.home}/chat/{self._site.first_screen(viewer)}", status_code=303)

    async def chat(self, request: Request, person: str, slug: str) -> Response:
        """Return a chat: the whole page, or only the chat when the page is open already."""
        viewer = await self._site.viewer(request, person)
        if not _is_piece(request):
            return await self._whole_page(viewer, slug)
        messages, has_earlier = await self._latest(self._site.address_of(viewer, slug))
        return self._site.page(
            "_chat.html",
            viewer,
            open=_line_of(await self._site.chats(viewer), slug),
            messages=self._site.templates.message_views(messages, viewer.id, viewer.language),
            has_earlier=has_earlier,
            overview=await self._overview(viewer, slug),
        )

    async def messages(self, request: Request, person: str, slug: str, before: int | None = None) -> Response:
        """Return the last messages of a chat, or those before an id."""
        viewer = await self._site.viewer(request, person)
        found, has_earlier = await self._latest(self._site.address_of(viewer, slug), before)
        return self._site.page(
            "_messages.html",
            viewer,
            open=_line_of(await self._site.chats(viewer), slug),
            messages=self._site.templates.message_views(found, viewer.id, viewer.language),
            has_earlier=has_earlier,
            overview=None if before is not None else await self._overview(viewer, slug),
        )

    async def waiting(self, request: Request, person: str) -> Response:
        """Return as JSON the number that the title of the person's pages shows."""
        return JSONResponse({"count": await self._waiting_cards(await self._site.viewer(request, person))})

    async def case(self, request: Request, person: str, case_id: int, part: str = "") -> Response:
        """Return the conversation of a case: a whole page, the panel, or the part of the panel that changes."""
        viewer = await self._site.viewer(request, person)
        if not _is_piece(request):
            return await self._whole_page(viewer, self._site.first_screen(viewer), CaseId(case_id))
        template = "_case_body.html" if part == "body" else "_panel.html"
        return self._site.page(template, viewer, case=await read_case(self._site, viewer, CaseId(case_id)))


def _is_piece(request: Request) -> bool:
    """Whether htmx asks for a piece of a page; when it restores its history it wants the whole."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-history-restore-request") != "true"


def _line_of(chats: tuple[ChatLine, ...], slug: str) -> ChatLine:
    return next(line for line in chats if line.slug == slug)


def command_suggestions(language: Language, commands: Iterable[Command] = COMMANDS) -> list[dict[str, object]]:
    """Return the commands suggested while somebody types one, but for those of heads: as typed, with their meanings."""
    words = words_in(language)
    return [
        {"text": SLASH.command(each.word), "meaning": words.gettext(each.meaning), "takes_words": each.takes_words}
        for each in offered(Where.PRIVATE, leads=False, is_built_in=True, commands=commands)
    ]
