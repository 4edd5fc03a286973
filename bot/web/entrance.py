"""Signing a browser in: by the picker of the demonstration, or by a one-time link."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.rendering.language.i18n import words_in
from bot.web.errors import LINK_USED_UP, NOT_FOUND, UNKNOWN_PERSON, WebError
from bot.web.services import SampleCompanies
from bot.web.site import Site
from workflows.domain.ids import PersonId
from workflows.domain.permissions import may_open
from workflows.domain.text import Language

MOST_OPENERS = 2
"""How many of those who open a process the picker names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A person as the picker shows them."""

    id: PersonId
    name: str
    post: str
    is_head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A department of the picker with those whose main department it is."""

    title: str
    people: tuple[Face, ...]


def routes(site: Site) -> APIRouter:
    """Return the routes of signing in, and of our static files."""
    entrance, router = Entrance(site), APIRouter()
    router.add_api_route("/", entrance.start, methods=["GET"])
    router.add_api_route("/enter/{code}", entrance.enter, methods=["GET"])
    router.add_api_route("/enter/{code}", entrance.redeem, methods=["POST"])
    router.add_api_route("/as/{person}/leave", entrance.leave, methods=["POST"])
    router.add_api_route("/favicon.ico", entrance.favicon, methods=["GET"])
    router.add_api_route("/static/{digest}/{name:path}", entrance.static, methods=["GET"])
    if site.services.samples is not None:
        picker = Picker(site, site.services.samples)
        router.add_api_route("/companies/{company}", picker.choose, methods=["GET"])
        router.add_api_route("/pick/{person}", picker.pick, methods=["GET"])
    return router


class Entrance:
    """The way in, and our static files."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._services = site.services

    async def start(self, request: Request) -> Response:
        """Return the picker in the demonstration; else redirect to the pages of the last person, or show the way in."""
        language = language_of_browser(request, self._services.locale)
        words = words_in(language)
        company = self._services.organisation.now.name.in_(language)
        if self._services.samples is None:
            person = self._site.sessions.home_of(request)
            if person in self._services.organisation.now.people:
                return RedirectResponse(f"/as/{person}/", status_code=303)
            return HTMLResponse(self._site.templates.render("door.html", words, company=company))
        return HTMLResponse(
            self._site.templates.render(
                "picker.html",
                words,
                company=company,
                groups=groups(self._site, language),
                openers=openers(self._site, language),
                samples=[
                    (each.id, each.name.in_(language), each.id == self._services.company)
                    for each in self._services.samples.companies()
                ],
            )
        )

    async def enter(self, request: Request, code: str) -> Response:
        """Return the button that redeems the link, since a preview of the link in another chat must not redeem it."""
        language = language_of_browser(request, self._services.locale)
        company = self._services.organisation.now.name.in_(language)
        return HTMLResponse(self._site.templates.render("enter.html", words_in(language), company=company, code=code))

    async def redeem(self, request: Request, code: str) -> Response:
        """Redeem a one-time link and sign its person in."""
        self._site.check_origin(request)
        person = await self._services.redeem(code)
        if person is None:
            raise WebError(LINK_USED_UP)
        response = Response(status_code=204, headers={"HX-Redirect": f"/as/{person}/"})
        self._site.sessions.sign_in(response, await self._services.sign_ins.begin(person))
        return response

    async def leave(self, request: Request, person: str) -> Response:
        """End this sign-in of the person, here and on the server."""
        viewer = await self._site.poster(request, person)
        await self._services.sign_ins.end(viewer.sign_in)
        response = Response(status_code=204, headers={"HX-Redirect": "/"})
        self._site.sessions.sign_out(response, viewer.id)
        return response

    async def favicon(self) -> Response:
        """Redirect browsers that ask for the icon at its traditional path."""
        return RedirectResponse(self._site.static.address("icon.svg"), status_code=307)

    async def static(self, digest: str, name: str) -> Response:
        """Return one of our own files."""
        response = self._site.static.response(digest, name)
        if response is None:
            raise WebError(NOT_FOUND)
        return response


class Picker:
    """Companies and people to choose from, in the demonstration."""

    def __init__(self, site: Site, samples: SampleCompanies) -> None:
        self._site = site
        self._services = site.services
        self._samples = samples

    async def choose(self, request: Request, company: str) -> Response:
        """Redirect to the pages of a sample company, which is started if it was not."""
        port = await self._samples.port_of(company)
        if port is None:
            raise WebError(NOT_FOUND)
        return RedirectResponse(str(request.url.replace(path="/", port=port)), status_code=303)

    async def pick(self, person: str) -> Response:
        """Sign in as a person; in the demonstration anybody may be anybody."""
        picked = self._services.organisation.now.people.get(PersonId(person))
        if picked is None:
            raise WebError(UNKNOWN_PERSON)
        response = RedirectResponse(f"/as/{picked.id}/", status_code=303)
        self._site.sessions.sign_in(response, await self._services.sign_ins.begin(picked.id))
        return response


def openers(site: Site, language: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the title of each process that only some people begin, with their names: somebody new starts there."""
    organisation = site.services.organisation.now
    found = []
    for definition in site.services.definitions.current():
        people = [person for person in organisation.people.values() if may_open(definition, organisation, person.id)]
        ordinary = [person for person in people if not organisation.headed_by(person.id)] or people
        if people and len(people) < len(organisation.people):
            names = tuple(person.name.in_(language) for person in ordinary[:MOST_OPENERS])
            found.append((definition.title.in_(language), names))
    return tuple(found)


def groups(site: Site, language: Language) -> tuple[Group, ...]:
    """Return the company's people by their main department, heads first."""
    organisation = site.services.organisation.now
    found = []
    for department in organisation.departments.values():
        members = [p for p in organisation.people.values() if p.departments[:1] == (department.id,)]
        members.sort(key=lambda person: person.id != department.head)
        faces = tuple(
            Face(
                id=p.id,
                name=p.name.in_(language),
                post=p.post.in_(language),
                is_head=bool(organisation.headed_by(p.id)),
            )
            for p in members
        )
        if faces:
            found.append(Group(title=department.title.in_(language), people=faces))
    return tuple(found)


_LANGUAGES = frozenset(language.value for language in Language)


def language_of_browser(request: Request, otherwise: Language) -> Language:
    """Return the first of our languages that the browser asks for, or *otherwise*."""
    for wish in request.headers.get("accept-language", "").split(","):
        name = wish.partition(";")[0].strip().lower()[:2]
        if name in _LANGUAGES:
            return Language(name)
    return otherwise
