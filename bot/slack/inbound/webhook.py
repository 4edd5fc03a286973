"""The request URL that Slack calls when there is no Socket Mode.

Anybody can send requests to it: the body is not parsed before its signature v0 has been verified (in constant time, at
most five minutes old). bolt responds to url_verification itself.
"""

from json import JSONDecodeError

import structlog
from fastapi import APIRouter
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.request_body import BodyTooLarge, read_body
from bot.slack.setup.manifest import PATH

log = structlog.get_logger(__name__)


def routes(app: AsyncApp, signing_secret: str) -> APIRouter:
    """Return the one route."""
    router = APIRouter()
    verifier = SignatureVerifier(signing_secret)

    @router.post(PATH, include_in_schema=False)
    async def receive(request: Request) -> Response:
        """Hand a request on to the bolt app."""
        try:
            body = await read_body(request)
        except BodyTooLarge:
            return _refused(413, "the body is too large")
        if not _is_signed(verifier, body, request):
            return _refused(401, "the signature is not Slack's, or too old")
        try:
            asked = to_async_bolt_request(request, body)
        except (JSONDecodeError, RecursionError, AttributeError, TypeError):
            # bolt reads the body at once, as if it were an object.
            return _refused(400, "the body is not Slack's")
        return to_starlette_response(await app.async_dispatch(asked))

    return router


def _is_signed(verifier: SignatureVerifier, body: bytes, request: Request) -> bool:
    stamp, signature = (request.headers.get(f"x-slack-{name}") for name in ("request-timestamp", "signature"))
    try:
        return verifier.is_valid(body, stamp, signature)
    except (ValueError, TypeError):
        # A stamp that is no number, a signature that is not ASCII, a body that is not UTF-8.
        return False


def _refused(status: int, reason: str) -> Response:
    log.info("A request to Slack's address was refused.", action="slack_request_refused", status=status, reason=reason)
    return PlainTextResponse(reason, status_code=status)
