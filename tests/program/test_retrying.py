"""What a platform refuses for a while is tried again, after longer and longer pauses."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.background.retrying import do_chore, retry
from tests.fakes.hand_time import in_hand_time


class Busy(Exception):
    """The platform is busy, maybe for a time it names."""

    def __init__(self, seconds: float | None = None) -> None:
        super().__init__()
        self.seconds = seconds


class Platform:
    """Raises one of its *troubles* at each call, after so many seconds; then returns."""

    def __init__(self, *troubles: Exception, takes: float = 0.0) -> None:
        self.troubles = list(troubles)
        self.takes = takes
        self.pauses: list[float] = []

    async def call(self) -> str:
        if self.troubles:
            await asyncio.sleep(self.takes)
            raise self.troubles.pop(0)
        return "done"

    def report(self, _error: Exception, pause: float) -> None:
        self.pauses.append(pause)


@in_hand_time
async def test_pauses_grow_and_the_last_one_repeats() -> None:
    platform = Platform(*(Busy() for _ in range(4)))

    done = await retry(platform.call, on=Busy, pauses=(1.0, 2.0, 5.0), report=platform.report)

    assert done == "done"
    assert platform.pauses == [1.0, 2.0, 5.0, 5.0]
    assert asyncio.get_running_loop().time() == pytest.approx(13.0)


@in_hand_time
async def test_a_pause_that_the_platform_names_counts() -> None:
    platform = Platform(Busy(17.0), Busy())

    await retry(
        platform.call, on=Busy, pauses=(1.0, 2.0), report=platform.report, requested_pause=lambda busy: busy.seconds
    )

    assert platform.pauses == [17.0, 2.0]


@in_hand_time
async def test_after_a_long_run_the_pauses_begin_anew() -> None:
    platform = Platform(Busy(), Busy(), Busy(), takes=6.0)

    await retry(platform.call, on=Busy, pauses=(1.0, 5.0), report=platform.report)

    assert platform.pauses == [1.0, 1.0, 1.0]


async def test_an_error_that_no_retry_mends_is_raised() -> None:
    platform = Platform(ValueError("wrong"))

    with pytest.raises(ValueError, match="wrong"):
        await retry(platform.call, on=Busy, pauses=(0.0,), report=platform.report)

    assert platform.pauses == []


async def test_the_log_names_a_chore_that_is_retried_or_given_up_without_the_words_of_a_library() -> None:
    platform = Platform(TimeoutError("https://api.example/secret"), ValueError("wrong"))

    with capture_logs() as logs:
        await do_chore("languages", platform.call, on=TimeoutError, pauses=(0.0,))

    assert [(line["action"], line["chore"]) for line in logs] == [
        ("chore_retried", "languages"),
        ("chore_failed", "languages"),
    ]
    assert logs[0]["reason"] == "TimeoutError"
