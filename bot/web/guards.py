"""What every request and response passes: security headers, and the same-origin rule for posts."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "worker-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class SecureHeaders:
    """Adds the security headers to every response, and `no-store` to one that sets no caching."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def is_from_our_pages(request: Request, public_url: str | None) -> bool:
    """Whether a post was made by a script of our own pages.

    A foreign page can neither set `HX-Request` without a permission that is never granted nor forge the browser's
    headers about the origin (https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html).
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if request.headers.get("hx-request") != "true" or (site is None and origin is None):
        return False
    hosts = {request.headers.get("host"), urlsplit(public_url).netloc if public_url else None}
    return site in (None, "same-origin") and (origin is None or _host_of(origin) in hosts - {None})


def _host_of(origin: str) -> str:
    """Return host and port of an origin; empty when it cannot be parsed."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
