"""What a letter or handover message may use, for the check of letters and for their rendering."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Undefined

from workflows.domain.ids import TemplateName
from workflows.domain.text import Language

SUFFIX = ".j2"

CLIENT = "client"
VARIABLES: Mapping[str, frozenset[str]] = {
    CLIENT: frozenset({"name"}),
    "case": frozenset({"number"}),
    "sender": frozenset({"name", "post"}),
    "department": frozenset(),
    "company": frozenset(),
    "today": frozenset(),
}
"""The names that every letter has besides the fields of the case, with their attributes; `client` needs a client."""

APPROVALS: Mapping[str, bool] = {"person": True, "post": True, "decision": True, "comment": False}
"""What a letter knows of each verdict in `approvals`, and whether it is always there."""
SAID = "approvals"
"""The list of what approvers have said so far, of processes where somebody approves and no field is called so."""

LOOP = frozenset({"index", "index0", "first", "last", "length"})
"""What `loop` offers inside `{% for %}`."""

FILLED = "filled"
"""The test with which a letter asks whether an optional field has an answer."""

FILTERS = frozenset({"upper", "lower", "capitalize", "trim", "length", "count"})
"""The filters that letters may use; not `join`, since several choices are rendered as one text already."""


class Settled:
    """A mark of values that a letter prints but counts as not filled in: remarks of an earlier round."""

    __slots__ = ()


def is_filled(value: object) -> bool:
    """The test `filled`: whether somebody has given an answer in this round. A "no" and a zero are answers."""
    if value is None or isinstance(value, Settled | Undefined):
        return False
    return not (hasattr(value, "__len__") and len(value) == 0)


def file_name(template: str, language: Language) -> str:
    """Return the name of a template's file in the folder letters/."""
    return f"{template}.{language}{SUFFIX}"


class UnknownLetter(KeyError):
    """The company has no template of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """The letters and handover messages of a company, as text of their templates."""

    texts: Mapping[tuple[TemplateName, Language], str]

    def source(self, template: TemplateName, language: Language) -> str:
        """Return the template's text in a language, or in the only one it has; raises UnknownLetter."""
        for each in (language, *Language):
            if (template, each) in self.texts:
                return self.texts[template, each]
        raise UnknownLetter(template)

    def version(self, template: TemplateName) -> str:
        """Return a short digest of the template's text in both languages; raises UnknownLetter."""
        return digest("\0".join(self.source(template, language) for language in Language))

    def names(self) -> tuple[TemplateName, ...]:
        """Return the templates there are, in alphabetical order."""
        return tuple(sorted({template for template, _ in self.texts}))


@lru_cache(maxsize=500)
def digest(text: str) -> str:
    """Return a short digest of a text, the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
