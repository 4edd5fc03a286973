"""The messages that could not be delivered, for those who can do something about it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.web.errors import NOT_YOURS, WebError
from bot.web.site import Site, Viewer

AT_MOST = 200


def routes(site: Site) -> APIRouter:
    """Make the routes of the list, open to managers and administrators."""
    router = APIRouter()
    services = site.services

    @router.get("/as/{person}/undeliverable")
    async def undeliverable(request: Request, person: str) -> Response:
        """List the messages that were given up, newest first."""
        viewer = await site.viewer(request, person)
        _check_manager(viewer)
        return site.page("undeliverable.html", viewer, rows=await services.queries.undeliverable(AT_MOST))

    @router.post("/as/{person}/undeliverable/{row}/retry")
    async def retry(request: Request, person: str, row: int) -> Response:
        """Have delivery try again to bring a message that was given up."""
        viewer = await site.poster(request, person)
        _check_manager(viewer)
        now = services.clock.now()
        await services.storage.transact(lambda unit: unit.retry_dead(row, now))
        services.wake()
        return site.page("_retried.html", viewer, row=row)

    return router


def _check_manager(viewer: Viewer) -> None:
    if not viewer.is_manager:
        raise WebError(NOT_YOURS)
