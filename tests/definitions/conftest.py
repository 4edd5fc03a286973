"""A good company for each test to damage."""

from pathlib import Path

import pytest

from tests.definitions.pack import Pack


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Write the good company into a folder of its own."""
    return Pack.write(tmp_path / "daisy")
