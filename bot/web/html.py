"""Messages and replies as HTML for one reader."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

import templates
from bot.conversation.reply import Ask, CaseView, FormView, Menu, PreviewView, Reply
from bot.rendering.cards.buttons import of_use
from bot.rendering.language.chat_style import SLASH
from bot.rendering.language.filters import Formats
from bot.rendering.language.i18n import Words
from bot.web.controls import CONTROLS
from workflows.domain.ids import CaseId, FileId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import Button, ChatAddress
from workflows.ports.clock import Clock
from workflows.ports.own_messages import OwnMessage
from workflows.usecases.organising import CurrentOrganisation

FOLDER = templates.FOLDER / "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message as one reader sees it: its text in the reader's language, and the buttons that are of use to them.

    A card has its first line as `heading`; `about` names its case and stage, for the names of its buttons.
    """

    id: int
    edit: int
    chat: ChatAddress
    author: str | None
    mine: bool
    heading: Markup | None
    about: str
    text: Markup
    buttons: tuple[tuple[Button, ...], ...]
    files: tuple[FileId, ...]
    posted_at: datetime
    case_id: CaseId | None


_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:T(?P<time>\d{2}:\d{2}))?")
_TIME = re.compile(r"\d{2}:\d{2}")


def written_day(value: object) -> str:
    """Return the canonical value of a day or a moment as people write it; anything else as it is."""
    found = _DAY.fullmatch(str(value))
    if found is None:
        return "" if value is None else str(value)
    day = f"{found['day']}.{found['month']}.{found['year']}"
    return f"{day} {found['time']}" if found["time"] else day


class Templates:
    """The templates of the web chat; every value is escaped but the text that our own renderer marked up."""

    def __init__(
        self,
        *,
        organisation: CurrentOrganisation,
        timezone: ZoneInfo,
        clock: Clock,
        static_address: Callable[[str], str],
    ) -> None:
        self._organisation = organisation
        self._timezone = timezone
        self._clock = clock
        self._static_address = static_address

    @cached_property
    def _environment(self) -> jinja2.Environment:
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.globals["static"] = self._static_address
        environment.globals["command"] = SLASH.command
        environment.filters["control"] = lambda field: CONTROLS[field.type]
        environment.filters["written_day"] = written_day
        environment.tests["shown_as_time"] = lambda value: not value or _TIME.fullmatch(str(value)) is not None
        return environment

    def render(self, template: str, words: Words, **values: object) -> str:
        """Render a template; in it `_` and `ngettext` translate and `formats` formats moments and days."""
        return self._environment.get_template(template).render(
            **values,
            _=words.gettext,
            ngettext=words.ngettext,
            language=words.language,
            formats=Formats(words.language, self._timezone),
            now=self._clock.now(),
        )

    def message_view(self, message: OwnMessage, reader: PersonId, language: Language) -> MessageView:
        """Return a message as a reader sees it: in their own language when there is a rendition in it."""
        rendition = message.renditions.get(language) or next(iter(message.renditions.values()))
        heading, text = _heading(rendition.text) if message.subject.case_id is not None else (None, rendition.text)
        return MessageView(
            id=message.id,
            edit=message.edit,
            chat=message.chat,
            author=None if message.author is None else self._organisation.now.name_of(message.author).in_(language),
            mine=message.author == reader,
            heading=heading,
            about="" if heading is None else _about(heading.striptags()),
            text=Markup(text),
            buttons=of_use(rendition.buttons, reader),
            files=rendition.files,
            posted_at=message.posted_at,
            case_id=message.subject.case_id,
        )

    def message_views(
        self, messages: Iterable[OwnMessage], reader: PersonId, language: Language
    ) -> tuple[MessageView, ...]:
        """Return each message as a reader sees it."""
        return tuple(self.message_view(message, reader, language) for message in messages)

    def reply(self, reply: Reply, words: Words, *, person: PersonId, chat_slug: str) -> str:
        """Render a reply as out-of-band fragments."""
        parts = []
        if reply.toast and not isinstance(reply.dialog, FormView):
            # A form shows itself what is wrong in it, or what was done to get there.
            parts.append(
                self.render(
                    "_toast.html",
                    words,
                    text=reply.toast,
                    is_refusal=reply.is_refusal,
                    case_id=reply.case_id,
                    person=person,
                )
            )
        if reply.dialog is not None and not isinstance(reply.dialog, CaseView):
            parts.append(
                self.render(
                    DIALOG_TEMPLATES[type(reply.dialog)],
                    words,
                    view=reply.dialog,
                    done="" if reply.is_refusal else reply.toast or "",
                    person=person,
                    chat_slug=chat_slug,
                )
            )
        return "".join(parts)


_HEADING = re.compile(r"(?P<line><b>(?:[^<]|</?b>)+)(?:<br>)+(?P<rest>.*)", re.DOTALL)
"""A message about a case: its first line begins with the number in bold."""


def _heading(text: str) -> tuple[Markup | None, str]:
    """Return the first line of a message about a case and the text below it."""
    found = _HEADING.fullmatch(text)
    return (None, text) if found is None else (Markup(found["line"]), found["rest"])


def _about(heading: str) -> str:
    """Return number and stage of a heading such as `ONB-4 · Romashka — Tech support`, without the client."""
    before, _, stage = heading.rpartition(" — ")
    number = (before or stage).partition(" · ")[0]
    return f"{number}, {stage}" if before else number


DIALOG_TEMPLATES: Mapping[type, str] = {
    FormView: "_form.html",
    PreviewView: "_preview.html",
    Menu: "_menu.html",
    Ask: "_ask.html",
}
