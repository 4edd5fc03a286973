"""The pages of every key: whatever the schemas know is there, in both languages, with an example that can be loaded."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from workflows.definitions.json_schema import schema_text
from workflows.definitions.load import load_company
from workflows.definitions.read.record_keys import EntriesKeys, RecordKindKeys
from workflows.definitions.read.schema import OrganisationKeys, ProcessKeys
from workflows.domain.definition import FieldType

FOLDER = Path(__file__).parents[2] / "docs" / "processes"
PAGES = ("keys.md", "keys.en.md")
EXAMPLES = FOLDER / "keys"
BY_THE_PROGRAM = frozenset({"catalogues", "additions"})
"""Keys of the versions that the program keeps; no author writes them."""

NAMED_IN_LISTS = frozenset({"posts", "skills", "roles"})
"""Keys whose example is what stands below them."""


class Row(NamedTuple):
    """A row of a table: the models (or `type`) that the table is about, the key and its example."""

    about: str
    key: str
    example: str


def rows(page: str) -> list[Row]:
    """Return what the tables of a page have; a comment above each says which models it is about."""
    found, about = [], ""
    for line in (FOLDER / page).read_text(encoding="utf-8").splitlines():
        if comment := re.fullmatch(r"<!-- (.+) -->", line):
            about = comment[1]
        elif row := re.fullmatch(r"\| `(\w+)` \| .+? \| (.+) \|", line):
            found.append(Row(about, row[1], row[2].strip("`").replace("\\|", "|")))
    return found


def models() -> Iterator[tuple[str, frozenset[str]]]:
    """Iterate over the models of all files that have keys, with these."""
    for model in (OrganisationKeys, ProcessKeys, RecordKindKeys, EntriesKeys):
        schema: Mapping[str, Any] = json.loads(schema_text(model))
        for mapping in (schema, *schema["$defs"].values()):
            if mapping.get("properties"):
                yield mapping["title"], frozenset(mapping["properties"])


@pytest.mark.parametrize("page", PAGES)
def test_every_key_is_described_and_no_other(page: str) -> None:
    described: dict[str, set[str]] = {}
    for row in rows(page):
        for model in row.about.split():
            described.setdefault(model, set()).add(row.key)
    known = dict(models())

    assert described.keys() - {"type"} == known.keys()
    assert described["type"] == set(FieldType)
    assert {f"{name}.{key}" for name, keys in known.items() for key in keys - described[name]} == set()
    # A table is about all the kinds of fields together: each of its keys belongs to one of them at least.
    for about in {row.about for row in rows(page)} - {"type"}:
        keys = frozenset[str]().union(*(known[model] for model in about.split()))
        assert {row.key for row in rows(page) if row.about == about} - keys == set()


def test_both_pages_have_the_same_keys_in_the_same_order_with_the_same_examples() -> None:
    russian, english = (rows(page) for page in PAGES)

    assert russian == english


def test_the_examples_stand_in_a_company_that_can_be_loaded() -> None:
    load_company(EXAMPLES)
    written = "\n".join(file.read_text(encoding="utf-8") for file in sorted(EXAMPLES.rglob("*.yaml")))

    shown = [row for row in rows(PAGES[0]) if row.key not in BY_THE_PROGRAM]

    assert [row for row in shown if row.example not in written] == []
    assert [row for row in shown if row.key not in row.example and row.key not in NAMED_IN_LISTS] == []


@pytest.mark.parametrize("page", [*PAGES, "course.md", "from_prose.md", "language.md", "language.en.md"])
def test_what_a_page_leads_to_is_there(page: str) -> None:
    words = (FOLDER / page).read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", words, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", words):
        file, _, heading = target.partition("#")
        assert file.startswith("http") or not file or (FOLDER / file).exists(), target
        assert file or heading in headings, target


def test_the_language_is_described_in_english_as_in_russian() -> None:
    russian, english = ((FOLDER / page).read_text(encoding="utf-8") for page in ("language.md", "language.en.md"))

    def examples(words: str) -> list[str]:
        return re.findall(r"```yaml\n(.+?)```", words, re.DOTALL)

    def depths(words: str) -> list[str]:
        return re.findall(r"^(#+) ", re.sub(r"```.+?```", "", words, flags=re.DOTALL), re.MULTILINE)

    assert examples(russian) == examples(english)
    assert depths(russian) == depths(english)
