"""A fresh company for each story."""

import pytest

from tests.conversation.desk import Desk
from workflows.domain.text import Language


@pytest.fixture
def desk() -> Desk:
    """A company whose people read English."""
    return Desk(Language.EN)


@pytest.fixture
def russian_desk() -> Desk:
    """A company whose people read Russian."""
    return Desk(Language.RU)
