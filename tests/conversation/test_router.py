"""Every intent and every button has its function."""

from typing import get_args

from bot.actions import Verb
from bot.conversation import router
from bot.conversation.incoming import Followed, Intent, Press, Reading


def test_every_intent_and_everything_read_has_a_function() -> None:
    pressed = {Press, Followed}

    assert set(router._INTENTS) | pressed == {*get_args(Intent), *get_args(Reading)}


def test_every_button_has_a_function_and_only_buttons_ask_in_words() -> None:
    assert set(router._PRESSES) == set(Verb)
    assert set(router._ANSWERS) < set(Verb)
