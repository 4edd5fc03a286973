"""Which characters of typed text are stored."""

import pytest

from workflows.domain.text import storable


@pytest.mark.parametrize("nothing", ["", "  \n", "\u200b", "\ufeff \u2060", "\u3164\u2800", "\u202e\u00ad"])
def test_words_that_nobody_can_see_are_none(nothing: str) -> None:
    assert storable(nothing) == ""


@pytest.mark.parametrize("words", ["ООО «Ромашка»", "👩‍💻", "a\u00adb", "🏴\U000e0067\U000e0062\U000e007f", "0"])
def test_invisible_signs_between_visible_ones_are_kept(words: str) -> None:
    assert storable(f" {words}\n") == words
