"""What a stage costs its people: presses beyond the facts and typed characters that the program knew, in each chat."""

import asyncio
from collections.abc import Iterator

from tests.bench.databases import SQLITE, Databases
from tests.bench.figures import Line, Scale
from tests.bench.robots import HANDOVERS, in_the_web_chat, on_slack, on_telegram

ROBOTS = {"web": in_the_web_chat, "Telegram": on_telegram, "Slack": on_slack}


def measure(databases: Databases, _scale: Scale) -> Iterator[Line]:
    """Yield a line for each stage of one case of InPlat; the counts are the same in every run."""
    costs = {}
    for chat, robot in ROBOTS.items():
        with databases.fresh(SQLITE) as url:
            costs[chat] = asyncio.run(robot(url)).costs
    for stage, handover in HANDOVERS.items():
        presses = {chat: float(of[stage].presses) for chat, of in costs.items()}
        known = {f"{chat}, known": float(of[stage].known) for chat, of in costs.items()}
        yield Line(what=f"{handover}: {stage}", figures={**presses, **known})
