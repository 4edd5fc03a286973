"""The glossary names what exists."""

import re

from tests.architecture.sources import ROOT, all_sources

PAGE = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")


def test_every_name_in_the_glossary_is_in_the_code() -> None:
    names = set(re.findall(r"`([A-Za-z_]+)`", PAGE))
    code = "\n".join(all_sources().values())

    assert len(names) > 40
    assert {name for name in names if not re.search(rf"\b{name}\b", code)} == set()


def test_every_path_in_the_glossary_exists() -> None:
    paths = set(re.findall(r"`([a-z_]+(?:/[a-z_.]+)+)`", PAGE))

    assert len(paths) > 3
    assert {path for path in paths if not (ROOT / path).exists()} == set()
