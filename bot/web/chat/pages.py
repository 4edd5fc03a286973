"""What a browser reads: the chats and the conversation of a case."""

from collections.abc import Iterable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.conversation.commands.vocabulary import COMMANDS, Command, Where, offered
from bot.conversation.incoming import Asker
from bot.rendering.chat_style import SLASH
from bot.rendering.i18n import words_in
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
    router = APIRouter()
    services = site.services

    async def latest(chat: ChatAddress, before: int | None = None) -> tuple[list[OwnMessage], bool]:
        """Return the last messages and whether there are earlier ones."""
        found = list(await services.web_messages.latest(chat, LATEST + 1, before))
        return found[-LATEST:], len(found) > LATEST

    async def waiting_cards(viewer: Viewer) -> int:
        """Return how many tasks wait to be claimed in the viewer's own channels."""
        return (await services.queries.queue(queue_reader(services.organisation, viewer.id), 1)).count

    async def overview(viewer: Viewer, slug: str) -> Message | None:
        """Return the active cases for whose first screen is the private chat, when that is shown."""
        if slug != PRIVATE or site.first_screen(viewer) != PRIVATE:
            return None
        asker = Asker(
            person=viewer.id, language=viewer.language, chat=ADDRESSES.private(viewer.id), dialect=Dialect.HTML
        )
        return await services.conversation.overview(asker)

    async def whole_page(viewer: Viewer, slug: str, case_id: CaseId | None = None) -> Response:
        # The id is read before the lists: what happens meanwhile is sent again rather than lost.
        since = services.hub.last_id
        chat = site.address_of(viewer, slug)
        chats = await site.chats(viewer)
        messages, has_earlier = await latest(chat)
        case = await read_case(site, viewer, case_id) if case_id is not None else None
        return site.page(
            "chat.html",
            viewer,
            since=since,
            waiting=await waiting_cards(viewer),
            chats=chats,
            open=_line_of(chats, slug),
            messages=site.templates.message_views(messages, viewer.id, viewer.language),
            has_earlier=has_earlier,
            overview=await overview(viewer, slug),
            case=case,
            commands=command_suggestions(viewer.language),
        )

    @router.get("/as/{person}")
    @router.get("/as/{person}/")
    async def home(request: Request, person: str) -> Response:
        """Redirect to the first screen of the person."""
        viewer = await site.viewer(request, person)
        return RedirectResponse(f"{viewer.home}/chat/{site.first_screen(viewer)}", status_code=303)

    @router.get("/as/{person}/chat/{slug}")
    async def chat(request: Request, person: str, slug: str) -> Response:
        """Return a chat: the whole page, or only the chat when the page is open already."""
        viewer = await site.viewer(request, person)
        if not _is_piece(request):
            return await whole_page(viewer, slug)
        messages, has_earlier = await latest(site.address_of(viewer, slug))
        return site.page(
            "_chat.html",
            viewer,
            open=_line_of(await site.chats(viewer), slug),
            messages=site.templates.message_views(messages, viewer.id, viewer.language),
            has_earlier=has_earlier,
            overview=await overview(viewer, slug),
        )

    @router.get("/as/{person}/chat/{slug}/messages")
    async def messages(request: Request, person: str, slug: str, before: int | None = None) -> Response:
        """Return the last messages of a chat, or those before an id."""
        viewer = await site.viewer(request, person)
        found, has_earlier = await latest(site.address_of(viewer, slug), before)
        return site.page(
            "_messages.html",
            viewer,
            open=_line_of(await site.chats(viewer), slug),
            messages=site.templates.message_views(found, viewer.id, viewer.language),
            has_earlier=has_earlier,
            overview=None if before is not None else await overview(viewer, slug),
        )

    @router.get("/as/{person}/waiting")
    async def waiting(request: Request, person: str) -> Response:
        """Return as JSON the number that the title of the person's pages shows."""
        return JSONResponse({"count": await waiting_cards(await site.viewer(request, person))})

    @router.get("/as/{person}/case/{case_id}")
    async def case(request: Request, person: str, case_id: int, part: str = "") -> Response:
        """Return the conversation of a case: a whole page, the panel, or the part of the panel that changes."""
        viewer = await site.viewer(request, person)
        if not _is_piece(request):
            return await whole_page(viewer, site.first_screen(viewer), CaseId(case_id))
        template = "_case_body.html" if part == "body" else "_panel.html"
        return site.page(template, viewer, case=await read_case(site, viewer, CaseId(case_id)))

    return router


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
