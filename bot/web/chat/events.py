"""The stream of news to one open page, as server-sent events."""

from collections.abc import AsyncIterator, Hashable
from secrets import token_hex

from fastapi import APIRouter
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.remembered import Remembered
from bot.web.html import Templates
from bot.web.hub import CaseChanged, MessageShown, News, Numbered, Overrun
from bot.web.site import Site, Viewer
from workflows.ports.own_messages import OwnMessage

HEARTBEAT = 15.0
"""Seconds of silence after which a comment line keeps proxies from closing the stream."""

REST = 0.02
"""Seconds between two writes to a page: what happens within them is sent together."""
MOST_ARTICLES = 500
SOMEBODY = f"somebody-{token_hex(8)}"
"""Placeholder of the person in what is rendered for everybody; it is random, so that nobody can type it."""


class Articles:
    """The newest messages as HTML: rendered once for all viewers who see the same, with the viewer's id put in."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._rendered: Remembered[Hashable, str] = Remembered(most=MOST_ARTICLES)

    def event(self, news_id: str, message: OwnMessage, viewer: Viewer) -> str:
        """Return the event that shows a message on the page of its viewer."""
        view = self._templates.message_view(message, viewer.id, viewer.language)
        what = (news_id, viewer.language, view.mine, view.buttons)
        rendered = self._rendered.get(what)
        if rendered is None:
            article = self._templates.render("_message_oob.html", viewer.words, message=view, person=SOMEBODY)
            rendered = self._rendered[what] = _event("chat", news_id, article)
        return rendered.replace(SOMEBODY, str(escape(viewer.id)))


def routes(site: Site, *, heartbeat: float = HEARTBEAT) -> APIRouter:
    """Return the route of the stream."""
    router = APIRouter()
    articles = Articles(site.templates)

    @router.get("/as/{person}/events")
    async def events(request: Request, person: str, since: str = "") -> Response:
        """Stream what happens from now on; a page that has missed something is told to reload its lists."""
        viewer = await site.viewer(request, person)
        known = request.headers.get("last-event-id") or since
        return StreamingResponse(
            stream(site, viewer, articles, known=known, heartbeat=heartbeat),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return router


async def stream(site: Site, viewer: Viewer, articles: Articles, *, known: str, heartbeat: float) -> AsyncIterator[str]:
    """Yield the events of the stream until the hub closes; *known* is the id of the last news the page has seen."""
    hub = site.services.hub

    def is_for_the_viewer(news: News) -> bool:
        return not isinstance(news, MessageShown) or site.may_read(viewer, news.message.chat)

    with hub.subscribe(is_for_the_viewer) as subscription:
        yield ": welcome\n\n" if known == hub.last_id else _event("reload", hub.last_id, "")
        async for unread in subscription.read(heartbeat, rest=REST):
            yield "".join(_event_of(articles, viewer, numbered) for numbered in unread) or ": still here\n\n"


def _event_of(articles: Articles, viewer: Viewer, numbered: Numbered) -> str:
    """Return the event of a piece of news."""
    match numbered.news:
        case MessageShown(message=message):
            return articles.event(numbered.id, message, viewer)
        case CaseChanged(case_id=case_id):
            return _event("case", numbered.id, str(case_id))
        case Overrun():
            return _event("reload", numbered.id, "")


def _event(name: str, event_id: str, data: str) -> str:
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\nid: {event_id}\n{lines}\n"
