"""The stream of news to one open page, as server-sent events."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.web.hub import CaseChanged, MessageShown, Numbered, Overrun
from bot.web.site import Site, Viewer

HEARTBEAT = 15.0
"""Seconds of silence after which a comment line keeps proxies from closing the stream."""


def routes(site: Site, *, heartbeat: float = HEARTBEAT) -> APIRouter:
    """Make the route of the stream."""
    router = APIRouter()

    @router.get("/as/{person}/events")
    async def events(request: Request, person: str, since: str = "") -> Response:
        """Tell a page what happens from now on; a page that has missed something is told to read its lists anew."""
        viewer = await site.viewer(request, person)
        known = request.headers.get("last-event-id") or since
        return StreamingResponse(
            stream(site, viewer, known=known, heartbeat=heartbeat),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return router


async def stream(site: Site, viewer: Viewer, *, known: str, heartbeat: float) -> AsyncIterator[str]:
    """Yield the events of the stream until the hub closes; *known* is the id of the last news the page has seen."""
    hub = site.services.hub
    with hub.subscribe() as subscription:
        yield ": welcome\n\n" if known == hub.last_id else _event("reload", hub.last_id, "")
        async for numbered in subscription.read(heartbeat):
            yield ": still here\n\n" if numbered is None else _told(site, viewer, numbered)


def _told(site: Site, viewer: Viewer, numbered: Numbered) -> str:
    """Put a piece of news into an event; what is not for the viewer's eyes becomes a comment line."""
    match numbered.news:
        case MessageShown(message=message):
            if not site.may_read(viewer, message.chat):
                return ": nothing for you\n\n"
            view = site.pages.message_view(message, viewer.id, viewer.language)
            article = site.pages.render("_message_oob.html", viewer.words, message=view, person=viewer.id)
            return _event("chat", numbered.id, article)
        case CaseChanged(case_id=case_id):
            return _event("case", numbered.id, str(case_id))
        case Overrun():
            return _event("reload", numbered.id, "")


def _event(name: str, event_id: str, data: str) -> str:
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\nid: {event_id}\n{lines}\n"
