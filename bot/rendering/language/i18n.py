"""The product's texts in the language of the reader: gettext catalogues with English sentences as ids."""

import gettext
import io
import re
from functools import lru_cache

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import templates
from workflows.domain.text import Language

CATALOGUES = templates.FOLDER / "locale"
DOMAIN = "handover"


_STOP_TWICE = re.compile(r"(\d\s[^\W\d_]\.)\.(?!\.)")
"""A number with its unit of one letter and a full stop, and the full stop of the sentence after it."""


def N_(message: str) -> str:
    """Mark a message for the catalogues without translating it yet."""
    return message


def one_stop(text: str) -> str:
    """Return a text in which a sentence that ends with an abbreviated year has one full stop."""
    return _STOP_TWICE.sub(r"\1", text) if ".." in text else text


class Words:
    """The catalogue of one language; `%(name)s` in a message is filled from the keyword values."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def gettext(self, message: str, /, **values: object) -> str:
        """Return the message in the language, filled with the values."""
        words = self._catalogue.gettext(message)
        return one_stop(words % values) if values else words

    def ngettext(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """Return the plural form for the number, filled with the values and `n`."""
        return one_stop(self.form(singular, plural, n) % {"n": n, **values})

    def form(self, singular: str, plural: str, n: int) -> str:
        """Return the plural form for the number, not filled."""
        return self._catalogue.ngettext(singular, plural, n)


@lru_cache(maxsize=len(Language))
def words_in(language: Language) -> Words:
    """Return the catalogue of a language, which is read once."""
    return Words(language)


def _catalogue(language: Language) -> gettext.NullTranslations:
    """Compile the catalogue in memory, so that editing a .po file needs no further step."""
    with (CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        catalogue = read_po(source, locale=language.value, domain=DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
