"""Jinja2 for our own messages, where every printed value is escaped for the dialect, and a sandbox for letters."""

import re
from collections.abc import Callable
from datetime import tzinfo
from functools import cache
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, UndefinedError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing

import templates
from bot.rendering.language.chat_style import SLASH, ChatStyle, Styles
from bot.rendering.language.filters import Formats
from bot.rendering.language.i18n import words_in
from bot.rendering.markup.dialects import MARKUPS, Markup
from bot.rendering.markup.text import Marked
from workflows.definitions.letters.vocabulary import FILLED, FILTERS, is_filled
from workflows.domain.text import Language
from workflows.ports.chat import Dialect

MESSAGES = templates.FOLDER / "messages"
SUFFIX = ".j2"


class MissingValue(UndefinedError):
    """A template uses a value that was not given; `name` is the value's name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Missing(StrictUndefined):
    """An undefined value: using it raises MissingValue with its name."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[Exception] = UndefinedError,
    ) -> None:
        super().__init__(hint, obj, name, cast(type[UndefinedError], lambda _message: MissingValue(str(name))))


def letter_environment() -> SandboxedEnvironment:
    """Return the environment of letters: plain text, with only the filters and tests that letters may use."""
    environment = SandboxedEnvironment(undefined=_Missing, trim_blocks=True, lstrip_blocks=True, cache_size=0)
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.tests[FILLED] = is_filled
    environment.globals.clear()
    return environment


class Messages:
    """The templates of templates/messages, in every dialect and language; the zone is the company's.

    `styles` are the chat styles by dialect; without one, commands are written with a slash.
    """

    def __init__(self, zone: tzinfo, folder: Path = MESSAGES, styles: Styles | None = None) -> None:
        self._zone = zone
        self._folder = folder
        self._styles = styles or {}

    def style(self, dialect: Dialect) -> ChatStyle:
        """Return the chat style of the dialect."""
        return self._styles.get(dialect, SLASH)

    def render(self, name: str, dialect: Dialect, language: Language, **values: object) -> Marked:
        """Render the template called *name*; raises MissingValue for a value that was not given."""
        environment = _environment(self._folder, self._zone, dialect, language, self.style(dialect))
        return MARKUPS[dialect].finish(_template(environment, name + SUFFIX).render(values))


class _Context(Context):
    """Calls functions at once: none of ours asks for the context, for which Jinja examines each before a call."""

    def call(
        self,
        function: Callable[..., object],
        /,
        *arguments: object,
        _loop_vars: object = None,
        _block_vars: object = None,
        **named: object,
    ) -> object:
        return function(*arguments, **named)


class _InliningLoader(FileSystemLoader):
    """Reads templates with what they include in place: an include takes as long as a whole small template."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, file, is_current = super().get_source(environment, template)
        return _INCLUDE.sub(lambda found: self._part(environment, found[1]), source), file, is_current

    def _part(self, environment: Environment, template: str) -> str:
        # Between two empty expressions, which keep the signs that trim white space from what is outside.
        return _EMPTY + self.get_source(environment, template)[0].removesuffix("\n") + _EMPTY


_EMPTY = '{{ "" }}'
_INCLUDE = re.compile(r"""\{% include "([^"]+)" %\}\n?""")


@cache
def _template(environment: Environment, file: str) -> Template:
    template = environment.get_template(file)
    # Jinja copies them for every rendering, and its chain of mappings takes ten times longer to copy than one.
    template.globals = dict(template.globals)
    return template


@cache
def _environment(folder: Path, zone: tzinfo, dialect: Dialect, language: Language, style: ChatStyle) -> Environment:
    """Return the environment of messages."""
    markup = MARKUPS[dialect]
    environment = Environment(
        loader=_InliningLoader(folder),
        undefined=_Missing,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=lambda value: markup.escape(value if isinstance(value, str) else str(value)),
    )
    environment.context_class = _Context
    environment.globals.update(
        _=_gettext(markup, language),
        ngettext=_ngettext(markup, language),
        bold=markup.bold,
        italic=markup.italic,
        link=markup.link,
        quote=markup.quote,
        fold=markup.fold,
        copied=markup.copied,
        formats=Formats(language, zone),
        command=lambda word: markup.escape(style.command(word)),
    )
    return environment


def _gettext(markup: Markup, language: Language) -> Callable[..., Marked]:
    """Return the `_` of templates: it translates a message and escapes its values for the dialect."""
    words = words_in(language)

    @cache
    def escape_message(message: str) -> Marked:
        return markup.escape(words.gettext(message))

    def translate(message: str, **values: object) -> Marked:
        return _fill(markup, escape_message(message), values)

    return translate


def _ngettext(markup: Markup, language: Language) -> Callable[..., Marked]:
    words = words_in(language)

    def translate(singular: str, plural: str, n: int, **values: object) -> Marked:
        return _fill(markup, markup.escape(words.form(singular, plural, n)), {"n": n, **values})

    return translate


def _fill(markup: Markup, escaped: Marked, values: dict[str, object]) -> Marked:
    if not values:
        return escaped
    return Marked(escaped % {name: _value(markup, value) for name, value in values.items()})


def _value(markup: Markup, value: object) -> object:
    """Return a value escaped for a message; integers stay integers for `%(n)d`."""
    return value if isinstance(value, int) else markup.escape(value if isinstance(value, str) else str(value))
