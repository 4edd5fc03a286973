"""What the collector leaves alone."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.host.garbage_collection import freeze_loaded


class Loaded:
    """Something that refers to itself, so that only the collector can take it away."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_loaded_is_left_alone_from_then_on() -> None:
    loaded = Loaded()

    freeze_loaded()

    assert gc.get_freeze_count() > 0
    assert all(one is not loaded for one in gc.get_objects())


def test_what_was_replaced_since_the_last_time_is_let_go() -> None:
    loaded = Loaded()
    is_gone = weakref.ref(loaded)
    freeze_loaded()
    del loaded
    gc.collect()
    assert is_gone() is not None

    freeze_loaded()

    assert is_gone() is None
