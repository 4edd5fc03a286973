"""A fresh tab for each story."""

import pytest

from tests.web.tab import Tab


@pytest.fixture
def tab() -> Tab:
    """The web chat of a demonstration."""
    return Tab()
