"""The web application: the web chat, its errors in words, health."""

from collections.abc import Awaitable, Callable

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.rendering.language.chat_style import SLASH
from bot.rendering.language.i18n import words_in
from bot.request_body import BodyTooLarge
from bot.web import entrance
from bot.web.chat import files, pages, posts, suggestions, undeliverable
from bot.web.chat import news_stream as events
from bot.web.chat.receive import NoOutcome, UnreadableRequest
from bot.web.errors import (
    BROKEN,
    DATABASE_AWAY,
    NO_OUTCOME,
    NOT_FOUND,
    NOT_SIGNED_IN,
    PROCESS_UNREADABLE,
    TOO_LARGE,
    UNKNOWN_PERSON,
    UNREADABLE,
    Trouble,
    WebError,
)
from bot.web.guards import SECURITY_HEADERS, SecureHeaders
from bot.web.html import FOLDER, Templates
from bot.web.services import Services
from bot.web.sessions import Sessions
from bot.web.site import Site
from bot.web.static import StaticFiles
from workflows.domain.errors import ProcessUnreadable
from workflows.ports.chat import ChatError
from workflows.ports.unit_of_work import StorageUnavailable

log = structlog.get_logger(__name__)

_TROUBLES: dict[type[Exception], Trouble] = {
    BodyTooLarge: TOO_LARGE,
    ChatError: DATABASE_AWAY,
    # The page was left before it had sent everything: nobody waits for the response.
    ClientDisconnect: UNREADABLE,
    NoOutcome: NO_OUTCOME,
    ProcessUnreadable: PROCESS_UNREADABLE,
    RequestValidationError: NOT_FOUND,
    StorageUnavailable: DATABASE_AWAY,
    UnreadableRequest: UNREADABLE,
}


def create_app(services: Services) -> FastAPI:
    """Return the application; it opens nothing and reads only our static files."""
    static = StaticFiles(FOLDER)
    site = Site(
        services=services,
        templates=Templates(
            organisation=services.organisation,
            timezone=services.timezone,
            clock=services.clock,
            static_address=static.address,
        ),
        sessions=Sessions(
            services.session_secret,
            secure=(services.public_url or "").startswith("https://"),
            name="handover" if services.samples is None else f"handover_demo_{services.company}",
        ),
        static=static,
    )
    app = FastAPI(title="Handover", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.add_middleware(SecureHeaders)
    _add_error_handlers(app, site)

    @app.get("/healthz")
    async def healthz() -> Response:
        """Report that the process is alive."""
        return JSONResponse({"status": "alive"})

    @app.get("/readyz")
    async def readyz() -> Response:
        """Return whether the database can be reached."""
        ready = await services.is_ready()
        return JSONResponse({"status": "ready" if ready else "no database"}, status_code=200 if ready else 503)

    for router in (
        entrance.routes(site),
        events.routes(site),
        files.routes(site),
        posts.routes(site),
        pages.routes(site),
        suggestions.routes(site),
        undeliverable.routes(site),
    ):
        app.include_router(router)
    return app


def _add_error_handlers(app: FastAPI, site: Site) -> None:
    """Respond to every exception in words: with a toast to our scripts, with a page to a browser."""

    def respond_with(trouble: Trouble) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def handler(request: Request, _error: Exception) -> Response:
            return _response(site, request, trouble)

        return handler

    async def web_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, WebError)
        return _response(site, request, error.trouble)

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _response(site, request, NOT_FOUND if error.status_code in (404, 405) else UNREADABLE)

    async def unexpected_error(request: Request, error: Exception) -> Response:
        # The outermost guard: the server logs the traceback itself when it gets the exception after this response.
        log.error("A request failed.", action="web_request_failed", method=request.method, error=type(error).__name__)
        return _response(site, request, BROKEN)

    for exception, trouble in _TROUBLES.items():
        app.add_exception_handler(exception, respond_with(trouble))
    app.add_exception_handler(WebError, web_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, unexpected_error)


def _response(site: Site, request: Request, trouble: Trouble) -> Response:
    chosen = getattr(request.state, "language", None)
    words = words_in(chosen or entrance.language_of_browser(request, site.services.locale))
    title, advice = words.gettext(trouble.title), words.gettext(trouble.advice, status=SLASH.command("status"))
    if request.headers.get("accept") == "application/json":
        return JSONResponse({"text": f"{title}. {advice}"}, status_code=trouble.status, headers=SECURITY_HEADERS)
    if request.headers.get("hx-request") == "true":
        toast = site.templates.render("_toast.html", words, text=f"{title}. {advice}", is_refusal=True)
        headers = {**SECURITY_HEADERS, "HX-Reswap": "none"}
        return HTMLResponse(toast, status_code=trouble.status, headers=headers)
    home = getattr(request.state, "home", "/")
    page = site.templates.render("error.html", words, title=title, advice=advice, home=home)
    response = HTMLResponse(page, status_code=trouble.status, headers=SECURITY_HEADERS)
    if trouble in (NOT_SIGNED_IN, UNKNOWN_PERSON):
        # Else the start page would lead here again and again.
        site.sessions.forget_home(response)
    return response
