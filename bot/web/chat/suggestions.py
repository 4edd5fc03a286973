"""What is suggested while somebody types the name of a client or of another record."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.conversation.forms.record_answers import label_of
from bot.rendering.i18n import words_in
from bot.web.site import Site
from workflows.domain.clients import is_same_name, key_of, recognised
from workflows.domain.ids import KindId
from workflows.domain.records import CLIENT
from workflows.usecases.records_of_forms import written_as

SUGGESTIONS = 10


def routes(site: Site) -> APIRouter:
    """Return the routes that suggest."""
    router = APIRouter()
    services = site.services

    @router.get("/as/{person}/clients")
    async def clients(request: Request, person: str, q: str = "") -> Response:
        """Return known clients by part of the name, with what the base keeps of each; marked the one who is meant."""
        viewer = await site.viewer(request, person)
        words = q.strip()[:100]
        found = await services.queries.records(CLIENT, words, SUGGESTIONS) if words else ()
        meant = recognised(words, None, await services.queries.records_like(CLIENT, words, None)) if words else None
        if sum(is_same_name(key_of(client.name), words) for client in found) > 1:
            meant = None  # Which of them is meant, their INNs tell.
        if meant is not None and all(client.id != meant.id for client in found):
            found = (meant, *found)
        return site.page("_clients.html", viewer, clients=found, meant=meant, asked=words)

    @router.get("/as/{person}/records/{kind}")
    async def records(request: Request, person: str, kind: str, q: str = "") -> Response:
        """Return known records of a kind by what is typed, and the new one of that very name."""
        viewer = await site.viewer(request, person)
        words = " ".join(q.split())[:100]
        if not words:
            return site.page("_records.html", viewer, records=())
        known = services.definitions.kinds.known(KindId(kind))
        found = await services.queries.records(known.id, words, SUGGESTIONS)
        lines = [(written_as(each.name, each), label_of(known, each, viewer.language)) for each in found]
        new = words_in(viewer.language).gettext("A new one: %(name)s", name=words)
        return site.page("_records.html", viewer, records=(*lines, (written_as(words), new)))

    return router
