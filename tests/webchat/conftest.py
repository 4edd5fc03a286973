"""A fresh room for each story."""

import pytest

from tests.webchat.room import Room


@pytest.fixture
def room() -> Room:
    """The web chat of a demonstration."""
    return Room()
