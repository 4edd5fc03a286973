"""Whether a window to wait in opens depends on what was done, in whatever way it was done."""

import pytest

from bot.actions import Action, Verb
from bot.conversation.incoming import Press, Said
from bot.slack.handlers.receive import commanded
from bot.slack.outbound.window_of_reply import may_open


def nobody(_user: str) -> str | None:
    """Know nobody by name."""
    return None


@pytest.mark.parametrize("typed", ["new", "/new", " NEW "])
def test_a_new_case_may_open_a_window_however_it_is_typed(typed: str) -> None:
    assert may_open(commanded(typed, nobody))


@pytest.mark.parametrize("typed", ["", "my", "find new", "newer"])
def test_other_words_open_none(typed: str) -> None:
    assert not may_open(commanded(typed, nobody))


@pytest.mark.parametrize(
    ("action", "may"),
    [
        (Action(verb=Verb.WORK, target="1.2"), True),
        (Action(verb=Verb.CANCEL, target="1"), True),
        (Action(verb=Verb.COMMAND, target="new"), True),
        (Action(verb=Verb.COMMAND, target="my"), False),
        (Action(verb=Verb.CLAIM, target="1.2"), True),
    ],
)
def test_a_button_opens_a_window_for_what_it_means(action: Action, may: bool) -> None:
    assert may_open(Press(action=action.encode())) is may


def test_what_is_no_action_opens_none() -> None:
    assert not may_open(Press(action="somebody else's"))
    assert not may_open(Said(text="hello"))
