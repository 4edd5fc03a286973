"""What a form asks the server while somebody types: which record or person is meant, and which day is told."""

from fastapi import APIRouter
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.conversation.forms.record_answers import suggested
from bot.rendering.phrases.told_days import told_in_full
from bot.web.site import Site
from workflows.domain.clients import is_same_name, key_of, recognised
from workflows.domain.definition import FieldType
from workflows.domain.facts.staff import options_of
from workflows.domain.ids import KindId
from workflows.domain.records import CLIENT
from workflows.domain.text import Language, has_words, words_of

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
        known = services.definitions.kinds.known(KindId(kind))
        found = await suggested(services.queries, known, q, viewer.language, SUGGESTIONS)
        return site.page("_records.html", viewer, records=found)

    @router.get("/as/{person}/people")
    async def people(request: Request, person: str, q: str = "") -> Response:
        """Return those of the organisation whose names have the words of *q*, for a field that asks for somebody."""
        viewer = await site.viewer(request, person)
        return site.page("_options.html", viewer, labels=_labels(FieldType.PERSON, q, viewer.language))

    @router.get("/as/{person}/departments")
    async def departments(request: Request, person: str, q: str = "") -> Response:
        """Return the departments whose titles have the words of *q*, for a field that asks for one."""
        viewer = await site.viewer(request, person)
        return site.page("_options.html", viewer, labels=_labels(FieldType.DEPARTMENT, q, viewer.language))

    @router.get("/as/{person}/understood")
    async def understood(request: Request, person: str, kind: str = "", q: str = "") -> Response:
        """Return the day that words tell, in full, or what is wrong with them."""
        viewer = await site.viewer(request, person)
        today = services.clock.now().astimezone(services.timezone).date()
        return HTMLResponse(escape(told_in_full(kind, q[:100], today, viewer.language)))

    def _labels(kind: FieldType, asked: str, language: Language) -> list[str]:
        words = words_of(asked[:100])
        found = options_of(kind, services.organisation.now)
        labels = (option.label.in_(language) for option in found)
        return [label for label in labels if has_words(label, words)][:SUGGESTIONS]

    return router
