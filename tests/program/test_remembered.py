"""What a process remembers does not grow: the oldest is dropped."""

from bot.remembered import Remembered


def test_the_entry_that_was_set_longest_ago_gives_way() -> None:
    known: Remembered[str, int] = Remembered(2)

    known["sales"], known["support"] = 1, 2
    known["sales"] = 3
    known["bank"] = 4

    assert dict(known) == {"sales": 3, "bank": 4}
