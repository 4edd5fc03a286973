"""The company packs that come with the program, each read once: reading one takes as long as many tests."""

from functools import cache

import templates
from workflows.definitions.load import Company, load_company

FOLDER = templates.FOLDER / "companies"
INPLAT = FOLDER / "inplat"


@cache
def inplat() -> Company:
    """Return InPlat."""
    return load_company(INPLAT)
