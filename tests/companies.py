"""The company packs that come with the program, each read once: reading one takes as long as many tests."""

from functools import cache
from pathlib import Path

import templates
from workflows.definitions.load import Company, load_company

FOLDER = templates.FOLDER / "companies"
INPLAT = FOLDER / "inplat"


@cache
def shared(folder: Path) -> Company | None:
    """Return the pack of a folder when it is one of ours; None for a pack that a test has written."""
    return load_company(folder) if folder.parent == FOLDER else None


def inplat() -> Company:
    """Return InPlat."""
    company = shared(INPLAT)
    assert company is not None
    return company
