"""The request URL: what Slack sends when there is no Socket Mode.

bolt checks the signature v0 in constant time, refuses requests that are older than five minutes, and answers
url_verification.
"""

from fastapi import APIRouter
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import Response

from bot.http.guards import read_body
from bot.slack.manifest import PATH


def routes(app: AsyncApp) -> APIRouter:
    """Make the one route."""
    router = APIRouter()

    @router.post(PATH)
    async def receive(request: Request) -> Response:
        """Hand a request on to the bolt app."""
        body = await read_body(request)
        return to_starlette_response(await app.async_dispatch(to_async_bolt_request(request, body)))

    return router
