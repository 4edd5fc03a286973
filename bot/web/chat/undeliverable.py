"""The messages that could not be delivered, for those who can do something about it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.web.errors import NOT_YOURS, WebError
from bot.web.site import Site
from workflows.domain import errors

AT_MOST = 200


def routes(site: Site) -> APIRouter:
    """Return the routes of the list, open to managers and administrators."""
    router = APIRouter()
    services = site.services

    @router.get("/as/{person}/undeliverable")
    async def undeliverable(request: Request, person: str) -> Response:
        """Return the messages that were given up, newest first."""
        viewer = await site.viewer(request, person)
        if not viewer.may_retry:
            raise WebError(NOT_YOURS)
        return site.page("undeliverable.html", viewer, rows=await services.queries.undeliverable(AT_MOST))

    @router.post("/as/{person}/undeliverable/{row}/retry")
    async def retry(request: Request, person: str, row: int) -> Response:
        """Have delivery retry a message that was given up."""
        viewer = await site.poster(request, person)
        try:
            await services.outbox.retry(row, by=viewer.id)
        except errors.MayNotRetry:
            raise WebError(NOT_YOURS) from None
        return site.page("_retried.html", viewer, row=row)

    return router
