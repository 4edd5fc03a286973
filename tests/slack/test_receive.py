"""Slack's payloads read, also those that leave out what they may."""

import pytest

from bot.slack.api.client import JSON
from bot.slack.blockkit.plain_text import Quotation, unmarked
from bot.slack.handlers.receive import update_of
from bot.slack.inbound.events import turn_of

PRESS: JSON = {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"action_id": "a", "action_ts": "1.5"}]}


def test_the_same_press_without_a_trigger_is_the_same_update_and_another_is_another() -> None:
    later: JSON = PRESS | {"actions": [{"action_id": "a", "action_ts": "1.6"}]}
    other: JSON = PRESS | {"user": {"id": "U2"}}

    assert update_of(PRESS) == update_of(dict(PRESS))
    assert len({update_of(body) for body in (PRESS, later, other)}) == 3


def test_a_closed_window_without_a_hash_is_known_by_its_id() -> None:
    closed: JSON = {"type": "view_closed", "user": {"id": "U1"}, "view": {"id": "V1"}}

    assert update_of(closed) == update_of(closed)
    assert update_of(closed) != update_of(closed | {"view": {"id": "V2"}})


def test_an_event_without_an_id_is_known_by_what_it_tells() -> None:
    said: JSON = {"type": "event_callback", "event": {"type": "message", "ts": "1.5", "user": "U1"}}

    assert update_of(said) == update_of(dict(said))
    assert update_of(said) != update_of(said | {"event": {"type": "message", "ts": "1.6", "user": "U1"}})


def test_what_is_typed_to_us_is_answered_in_its_order_and_what_people_say_to_each_other_waits_for_nothing() -> None:
    typed: JSON = {"type": "message", "channel": "D1", "text": "status"}
    opened: JSON = {"type": "app_home_opened", "channel": "D1"}

    assert turn_of(typed) == turn_of(typed | {"text": "queue"}) is not None
    assert turn_of(typed) not in (turn_of(typed | {"channel": "D2"}), turn_of(opened))
    assert turn_of(typed | {"channel": "C1"}) is None


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("<http://romashka.ru|romashka.ru>", "romashka.ru"),
        ("<https://romashka.ru/|romashka.ru>", "romashka.ru"),
        ("<mailto:a@romashka.ru|a@romashka.ru>", "a@romashka.ru"),
        ("<tel:+74951234567|+7 (495) 123-45-67>", "+7 (495) 123-45-67"),
        ("<https://romashka.ru/tariffs|тарифы>", "тарифы (https://romashka.ru/tariffs)"),
        ("<https://romashka.ru>", "https://romashka.ru"),
    ],
)
def test_what_slack_made_a_link_of_by_itself_is_read_as_it_was_typed(stored: str, meant: str) -> None:
    assert unmarked(stored, lambda _: None) == meant


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("Готово :slightly_smiling_face: :thumbsup::skin-tone-3: *важно*", "Готово 🙂 👍🏼 важно"),
        ("_курсив_, (*жирный*) и :+1:", "курсив, (жирный) и 👍"),
        ("*несколько слов*\n_и строка_", "несколько слов\nи строка"),
        (":flag-ru: :ru: :our_own_parrot:", "🇷🇺 🇷🇺 :our_own_parrot:"),
        ("в 10:30:45, a:b:c", "в 10:30:45, a:b:c"),
        ("snake_case_name, 2*3*4, __init__, * пункт", "snake_case_name, 2*3*4, __init__, * пункт"),
        ("<https://a.example/_x_|https://a.example/_x_> *да*", "https://a.example/_x_ да"),
        ("логин _demo", "логин _demo"),
        ("/srv/_data_/x", "/srv/_data_/x"),
        ("&lt;*b*&gt; &amp;amp;", "<*b*> &amp;"),
    ],
)
def test_what_slack_stores_in_a_spelling_of_its_own_is_read_as_people_see_it(stored: str, meant: str) -> None:
    assert unmarked(stored, lambda _: None) == meant


def test_a_forwarded_message_is_quoted_with_its_author_and_address() -> None:
    address = "https://inplat.slack.com/archives/C1/p1"
    forwarded = [Quotation(text="*Смета*\nу <@U1> :+1:", author="Борис", address=address)]

    assert unmarked("смотрите", lambda _: "Анна", forwarded) == f"смотрите\n> Смета\n> у @Анна 👍\n— Борис, {address}"
    assert unmarked("", lambda _: "Анна", forwarded) == f"> Смета\n> у @Анна 👍\n— Борис, {address}"
