"""The streams of news to open pages, as server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Hashable, Sequence
from secrets import token_hex

from fastapi import APIRouter
from markupsafe import escape
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.remembered import Remembered
from bot.request_body import read_body
from bot.web.errors import UNREADABLE, WebError
from bot.web.html import Templates
from bot.web.hub import CaseChanged, MessageShown, News, NewsItem, Overrun, SignInsEnded
from bot.web.site import Site, Viewer
from workflows.ports.own_messages import OwnMessage

HEARTBEAT = 15.0
"""Seconds of silence after which a comment line keeps proxies from closing the stream."""

REST = 0.02
"""Seconds between two writes to a page: what happens within them is sent together."""
AT_A_STRETCH = 40
"""Pieces of news that are rendered for one page before the pages that wait, and everybody else, have their turn."""
MOST_ARTICLES = 500
MOST_LISTENERS = 50
SOMEBODY = f"somebody-{token_hex(8)}"
"""Placeholder of the person in what is rendered for everybody; it is random, so that nobody can type it."""


class _NewsRequest(BaseModel):
    """Whose news a browser asks for, and the id of the last piece that it has seen."""

    listeners: list[str] = Field(max_length=MOST_LISTENERS)
    since: str = ""


class Articles:
    """The newest messages as HTML: rendered once for all viewers who see the same, with the viewer's id put in.

    `turn` is held by the page whose news are being rendered, until the event loop has gone round once.
    """

    def __init__(self, templates: Templates) -> None:
        self.turn = asyncio.Lock()
        self._templates = templates
        self._rendered: Remembered[Hashable, str] = Remembered(most=MOST_ARTICLES)

    def event(self, news_id: str, message: OwnMessage, viewer: Viewer) -> str:
        """Return the event that shows a message on the page of its viewer."""
        view = self._templates.message_view(message, viewer.id, viewer.language)
        what = (news_id, viewer.language, view.mine, view.buttons)
        rendered = self._rendered.get(what)
        if rendered is None:
            article = self._templates.render("_message_oob.html", viewer.words, message=view, person=SOMEBODY)
            rendered = self._rendered[what] = _event("chat", news_id, article, person=SOMEBODY)
        return rendered.replace(SOMEBODY, str(escape(viewer.id)))


def routes(site: Site, *, heartbeat: float = HEARTBEAT) -> APIRouter:
    """Return the routes of the streams."""
    router = APIRouter()
    articles = Articles(site.templates)

    def streaming(viewers: Sequence[Viewer], known: str) -> Response:
        return StreamingResponse(
            stream(site, viewers, articles, known=known, heartbeat=heartbeat),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    @router.get("/as/{person}/events")
    async def events(request: Request, person: str, since: str = "") -> Response:
        """Stream what happens from now on to one page; a page that has missed something is told to reload its lists."""
        viewer = await site.viewer(request, person)
        return streaming([viewer], request.headers.get("last-event-id") or since)

    @router.post("/events")
    async def shared_events(request: Request) -> Response:
        """Stream to all pages of a browser what happens from now on: a browser opens few connections to a server."""
        site.check_origin(request)
        try:
            asked = _NewsRequest.model_validate_json(await read_body(request))
        except ValidationError:
            raise WebError(UNREADABLE) from None
        return streaming(await site.listeners(asked.listeners), asked.since)

    return router


async def stream(
    site: Site, viewers: Sequence[Viewer], articles: Articles, *, known: str, heartbeat: float
) -> AsyncIterator[str]:
    """Yield the events of the stream until the hub closes; *known* is the id of the last news the pages have seen.

    The first event is `welcome` when nothing was missed, else `reload`. The field `for` names the person whose pages
    an event is for, unless it is for all of them. Pages whose sign-in has ended get `signed-out` and nothing more.
    """
    hub = site.services.hub
    present = list(viewers)

    def viewers_of(news: News) -> Sequence[Viewer]:
        if isinstance(news, MessageShown):
            return [viewer for viewer in present if site.may_read(viewer, news.message.chat)]
        if isinstance(news, SignInsEnded):
            return [viewer for viewer in present if viewer.id == news.person]
        return present

    async def signed_out() -> str:
        """Let go of the viewers whose sign-in has ended, and return the event for their pages."""
        gone = [viewer for viewer in present if not await site.services.sign_ins.is_open(viewer.sign_in)]
        present[:] = [viewer for viewer in present if viewer not in gone]
        return "".join(_event("signed-out", hub.last_id, "", person=escape(viewer.id)) for viewer in gone)

    with hub.subscribe(lambda news: bool(viewers_of(news))) as subscription:
        yield _event("welcome" if known == hub.last_id else "reload", hub.last_id, "") + await signed_out()
        if not present:
            return
        async for unread in subscription.read(heartbeat, rest=REST):
            if not unread:
                yield ": still here\n\n"
            if not unread or any(isinstance(item.news, SignInsEnded) for item in unread):
                # Another process may have ended a sign-in: the heartbeat finds it out.
                if gone := await signed_out():
                    yield gone
                if not present:
                    return
            for start in range(0, len(unread), AT_A_STRETCH):
                async with articles.turn:
                    stretch = unread[start : start + AT_A_STRETCH]
                    events = "".join(_events_of(articles, viewers_of(item.news), item) for item in stretch)
                    # All pages hear of the same news at once: one after the other, they hold up no press.
                    await asyncio.sleep(0)
                if events:
                    yield events


def _events_of(articles: Articles, viewers: Sequence[Viewer], item: NewsItem) -> str:
    """Return the events of a piece of news."""
    match item.news:
        case MessageShown(message=message):
            return "".join(articles.event(item.id, message, viewer) for viewer in viewers)
        case CaseChanged(case_id=case_id):
            return _event("case", item.id, str(case_id))
        case SignInsEnded():
            return ""
        case Overrun():
            return _event("reload", item.id, "")


def _event(name: str, event_id: str, data: str, person: str | None = None) -> str:
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    whose = "" if person is None else f"for: {person}\n"
    return f"event: {name}\nid: {event_id}\n{whose}{lines}\n"
