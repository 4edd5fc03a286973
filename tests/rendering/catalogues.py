"""Every message of the program, read from its source; `python -m tests.rendering.catalogues` adds new ones."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.rendering.language.i18n import CATALOGUES, DOMAIN
from workflows.domain.text import Language

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.j2", "jinja2"), ("**.html", "jinja2")]
OPTIONS = {"**.j2": {"trim_blocks": "true", "silent": "false"}, "**.html": {"silent": "false"}}
FOLDERS = ("bot", "templates/messages", "templates/web")

MessageKey = str | tuple[str, str]


def said() -> Iterator[tuple[str, MessageKey]]:
    """Iterate over the messages of the source: where, and the English words (singular and plural where it counts)."""
    for folder in FOLDERS:
        found = extract_from_dir(ROOT / folder, METHODS, OPTIONS, KEYWORDS)
        for file, line, message, _comments, _context in found:
            key = (message[0], message[1]) if isinstance(message, list | tuple) else message
            yield f"{folder}/{file}:{line}", key


def catalogue_path(language: Language) -> Path:
    """Return the file of a language's catalogue."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalogue(language: Language) -> Catalog:
    """Read a language's catalogue."""
    with catalogue_path(language).open("rb") as source:
        return read_po(source, locale=language.value, domain=DOMAIN)


def _empty(language: Language) -> Catalog:
    # A date of today, or a version, would change the file without a change of words.
    fixed = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(
        locale=language.value,
        domain=DOMAIN,
        project="Handover",
        version="1",
        header_comment=f"# The words of Handover ({language}). A message without a translation shows in English.",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        creation_date=fixed,
        revision_date=fixed,
        fuzzy=False,
    )


def update(language: Language) -> None:
    """Rewrite the catalogue: sorted, with every message in use, without those that no longer are."""
    old, new = catalogue(language), _empty(language)
    for _place, key in said():
        name = key[0] if isinstance(key, tuple) else key
        known = old.get(name)
        new.add(key, None if known is None else known.string)
    with catalogue_path(language).open("wb") as target:
        write_po(target, new, width=110, no_location=True, sort_output=True, omit_header=False)


if __name__ == "__main__":
    for each in Language:
        update(each)
