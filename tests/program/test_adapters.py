"""An adapter that fails is run again and logged; the other chats go on meanwhile."""

import asyncio

from structlog.testing import capture_logs

from bot.adapter import keep_running


class Platform:
    """Fails a number of times, then listens."""

    def __init__(self, breaks: int) -> None:
        self.breaks = breaks
        self.runs = 0
        self.is_listening = asyncio.Event()

    async def run(self) -> None:
        self.runs += 1
        if self.runs <= self.breaks:
            raise RuntimeError
        self.is_listening.set()
        await asyncio.Event().wait()


async def test_an_adapter_that_breaks_is_run_again_after_longer_and_longer_pauses() -> None:
    platform = Platform(breaks=3)

    with capture_logs() as logs:
        keeping = asyncio.create_task(keep_running(platform.run, "slack", pauses=(0.01, 0.02)))
        await asyncio.wait_for(platform.is_listening.wait(), 5)

    assert platform.runs == 4
    assert [(line["action"], line["platform"], line["pause"]) for line in logs] == [
        ("adapter_stopped", "slack", 0.01),
        ("adapter_stopped", "slack", 0.02),
        ("adapter_stopped", "slack", 0.02),
    ]
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert keeping.cancelled()
