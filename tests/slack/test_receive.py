"""Slack's payloads read, also those that leave out what they may."""

from bot.slack.receive import JSON, update_of

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
