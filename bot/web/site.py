"""The web chat for one viewer: who they are, their language, their chats."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.rendering.language.i18n import Words, words_in
from bot.web.addresses import ADDRESSES
from bot.web.errors import FORBIDDEN, NOT_FOUND, NOT_SIGNED_IN, UNKNOWN_PERSON, WebError
from bot.web.guards import is_from_our_pages
from bot.web.html import Templates
from bot.web.services import Services
from bot.web.sessions import Sessions
from bot.web.static import StaticFiles
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.people import Person, Role
from workflows.domain.permissions import may_open, may_retry
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress
from workflows.usecases.sign_ins import SignIn

PRIVATE = "~"
"""The private chat in the address of a page; departments never begin so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine:
    """A chat as the list of chats shows it; `last` is the id of its last message, 0 when it is empty.

    A channel that `gets_cards` belongs to a department with a stage in some process.
    """

    chat: ChatAddress
    slug: str
    title: str
    is_private: bool
    is_mine: bool
    last: int
    gets_cards: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A signed-in person who looks at a page; `may_retry` opens the page of undeliverable messages."""

    person: Person
    sign_in: SignIn
    language: Language
    words: Words
    may_retry: bool

    @property
    def id(self) -> PersonId:
        """Return the person's id."""
        return self.person.id

    @property
    def home(self) -> str:
        """Return the path under which all of the person's pages are."""
        return f"/as/{self.person.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all pages share."""

    services: Services
    templates: Templates
    sessions: Sessions
    static: StaticFiles

    async def viewer(self, request: Request, person_id: str) -> Viewer:
        """Return the viewer of a request; raises WebError for an unknown person or one who is not signed in here."""
        person = self.services.organisation.now.people.get(PersonId(person_id))
        if person is None:
            raise WebError(UNKNOWN_PERSON)
        sign_in = self.sessions.sign_in_of(request)
        if sign_in is None or sign_in.person != person.id or not await self.services.sign_ins.is_open(sign_in):
            raise WebError(NOT_SIGNED_IN)
        viewer = await self._viewer(person, sign_in)
        request.state.language = viewer.language
        request.state.home = f"{viewer.home}/"
        return viewer

    async def listeners(self, tokens: Sequence[str]) -> tuple[Viewer, ...]:
        """Return the viewers of a browser's listener tokens, each once; raises WebError for a forged or old token."""
        people = self.services.organisation.now.people
        found = [self.sessions.sign_in_listening(token) for token in tokens]
        sign_ins = {each.person: each for each in found if each is not None}
        if not tokens or None in found or not sign_ins.keys() <= people.keys():
            raise WebError(NOT_SIGNED_IN)
        return tuple([await self._viewer(people[person], sign_in) for person, sign_in in sign_ins.items()])

    async def _viewer(self, person: Person, sign_in: SignIn) -> Viewer:
        language = await self.language_of(person.id)
        retries = may_retry(self.services.organisation.now, person.id)
        return Viewer(person=person, sign_in=sign_in, language=language, words=words_in(language), may_retry=retries)

    async def poster(self, request: Request, person_id: str) -> Viewer:
        """Return the viewer of a post; raises WebError as `viewer` does, and for a post not made by our pages."""
        self.check_origin(request)
        return await self.viewer(request, person_id)

    def check_origin(self, request: Request) -> None:
        """Raise WebError unless the post came from our own pages."""
        if not is_from_our_pages(request, self.services.public_url):
            raise WebError(FORBIDDEN)

    async def language_of(self, person: PersonId) -> Language:
        """Return the language the person chose, or that of the installation."""
        return await self.services.queries.language(person) or self.services.locale

    def page(self, template: str, viewer: Viewer, /, **values: object) -> HTMLResponse:
        """Render a page or a piece of one for a viewer."""
        content = self.templates.render(
            template,
            viewer.words,
            viewer=viewer,
            person=viewer.id,
            listener=self.sessions.listener(viewer.sign_in),
            demo=self.services.samples is not None,
            opens_cases=self._opens_cases(viewer),
            **values,
        )
        return HTMLResponse(content)

    def _opens_cases(self, viewer: Viewer) -> bool:
        """Whether the viewer may open a case of some process."""
        organisation = self.services.organisation.now
        return any(may_open(each, organisation, viewer.id) for each in self.services.definitions.current())

    async def chats(self, viewer: Viewer) -> tuple[ChatLine, ...]:
        """Return the viewer's chats: the private one, the channels of their departments, then all the others.

        Among both, those that get cards come first.
        """
        organisation = self.services.organisation.now
        mine, with_cards = organisation.workplaces(viewer.id), self.services.definitions.departments()
        everything = dict.fromkeys((*mine, *organisation.departments))
        ordered = sorted(everything, key=lambda department: (department not in mine, department not in with_cards))
        private = ADDRESSES.private(viewer.id)
        last = await self.services.web_messages.last_ids([private, *map(ADDRESSES.channel, ordered)])
        channels = (
            ChatLine(
                chat=ADDRESSES.channel(department),
                slug=department,
                title=organisation.department(department).channel.in_(viewer.language),
                is_private=False,
                is_mine=department in mine,
                last=last.get(ADDRESSES.channel(department), 0),
                gets_cards=department in with_cards,
            )
            for department in ordered
        )
        assistant = ChatLine(
            chat=private,
            slug=PRIVATE,
            title=viewer.words.gettext("Assistant"),
            is_private=True,
            is_mine=True,
            last=last.get(private, 0),
        )
        return (assistant, *channels)

    def first_screen(self, viewer: Viewer) -> str:
        """Return the slug of the chat that the viewer lands in.

        That is the channel of the first department that they work in and that gets cards; for others, unless they are
        managers, that of the first which they head. Who has none lands in the private chat, with the overview there.
        """
        is_manager = Role.MANAGER in viewer.person.roles
        places = viewer.person.departments if is_manager else self.services.organisation.now.workplaces(viewer.id)
        with_cards = self.services.definitions.departments()
        return next((place for place in places if place in with_cards), PRIVATE)

    def address_of(self, viewer: Viewer, slug: str) -> ChatAddress:
        """Return the chat of a slug; raises WebError when there is none."""
        if slug == PRIVATE:
            return ADDRESSES.private(viewer.id)
        if slug not in self.services.organisation.now.departments:
            raise WebError(NOT_FOUND)
        return ADDRESSES.channel(DepartmentId(slug))

    def may_read(self, viewer: Viewer, chat: ChatAddress) -> bool:
        """Whether a chat is open to the viewer: every channel is, of the private chats their own."""
        return not ADDRESSES.is_private(chat) or chat == ADDRESSES.private(viewer.id)
