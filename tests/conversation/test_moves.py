"""What the buttons of an interview mean: every move means something somewhere, and nothing else does."""

import pytest

from bot.actions import Unreadable
from bot.conversation.incoming import Press
from bot.conversation.interview.answering import ON_QUESTION
from bot.conversation.interview.asides import ON_ASIDE
from bot.conversation.interview.questionnaire import ON_FORM
from bot.conversation.interview.read_answers import PRESSED
from bot.conversation.interview.screens.controls import CONTROLS
from bot.conversation.interview.steps.moves import Move, move_button, position, read_move
from bot.conversation.interview.steps.navigation import NAVIGATION
from tests.conversation.desk import Desk, buttons_in
from tests.conversation.test_interview import Chat
from tests.onboarding import STEPAN
from workflows.domain.definition import FieldType

OF_FORMS = (NAVIGATION, ON_FORM, ON_QUESTION, PRESSED)
SPELLED = (
    "back page cancel summary change field anew item unitem go send decide decisions accept acceptall last known skip "
    "clear done set say tick untick month day add drop norow all rows items"
)
UNKNOWN = "This button is not known any more. Nothing was changed; use the latest card or /my."


def test_every_move_means_something_in_a_form_or_aside() -> None:
    in_forms = {move for table in OF_FORMS for move in table} | {Move.CANCEL}

    assert in_forms | set(ON_ASIDE) == set(Move)
    assert set(Move) - in_forms == {Move.ALL}


def test_no_move_means_two_things_in_a_form() -> None:
    meant = [move for table in OF_FORMS for move in table]

    assert len(meant) == len(set(meant))
    assert Move.CANCEL not in meant


def test_moves_are_spelled_as_old_screens_spell_them() -> None:
    assert list(Move) == SPELLED.split()


def test_every_type_of_field_has_its_control() -> None:
    assert set(CONTROLS) == set(FieldType)


def test_a_button_is_read_as_it_was_made() -> None:
    button = move_button(7, "3 ›", Move.PAGE, 2)

    assert button.action == "iv:7:page:2"
    read = read_move(button.action)
    assert (read.step, read.move, read.argument) == ("7", Move.PAGE, "2")


@pytest.mark.parametrize("action", ["iv:", "iv:1", "iv:1:", "iv:1:fly:2", "iv::"])
def test_what_is_no_move_cannot_be_read(action: str) -> None:
    with pytest.raises(Unreadable):
        read_move(action)


@pytest.mark.parametrize("argument", ["", "2", "-1", "x"])
def test_a_place_that_a_list_has_not_cannot_be_read(argument: str) -> None:
    with pytest.raises(Unreadable):
        position(argument, ["a", "b"])


@pytest.mark.parametrize("carried", ["fly:", "set:99", "tick:x", "field:99", "page:", "month:2026-13", "go:7", "all:"])
async def test_a_button_that_means_nothing_in_a_form_changes_nothing_and_the_form_goes_on(
    desk: Desk, carried: str
) -> None:
    chat = Chat(desk, STEPAN)
    shown = await chat.says("/new")
    step = (buttons_in(shown)[0].action or "").split(":")[1]

    reply = await chat.does(Press(action=f"iv:{step}:{carried}"))

    assert (reply.toast, reply.is_refusal, reply.message) == (UNKNOWN, True, None)
    again = await chat.says("Romashka")
    assert again.message is not None
    assert not again.is_refusal
