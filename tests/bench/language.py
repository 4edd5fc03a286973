"""What the process language costs: checking packs, exploring processes, and a visit of two hundred tasks at once."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import templates
from storage.database import Database
from tests.bench.core import command_handler
from tests.bench.databases import POSTGRESQL, SQLITE, Databases
from tests.bench.figures import Aim, Line, Scale
from tests.small_companies import approvals
from workflows.definitions.check.paths.soundness import explore
from workflows.definitions.check.paths.targets import choices_of
from workflows.definitions.load import load_company

PROCESSES, STAGES, ROWS = 50, 20, 200
CHECK_AIMS = (Aim(figure="seconds", most=2),)
EXPLORE_AIMS = (Aim(figure="seconds", most=1),)
VISIT_AIMS = (Aim(figure="p50 ms", most=100),)

_W = "{ru: слова, en: words}"
_ORGANISATION = f"""\
organisation: {_W}
departments:
  office: {{title: {_W}, head: head}}
people:
  head: {{name: {_W}, post: {_W}, department: office}}
"""


def measure(databases: Databases, scale: Scale) -> Iterator[Line]:
    """Yield `handover check` of a large pack, the exploration of each of our own packs, and the opening of a visit."""
    folder = _large_pack(databases.folder / "large pack")
    seconds = median(_seconds_of_check(folder) for _ in range(scale.of(full=5, quick=1)))
    yield Line(
        what=f"handover check, {PROCESSES} processes of {STAGES} stages", figures={"seconds": seconds}, aims=CHECK_AIMS
    )
    for pack in sorted(path for path in (templates.FOLDER / "companies").iterdir() if path.is_dir()):
        yield _explored(pack)
    rows = approvals.write_company(databases.folder / "rows")
    for name in (SQLITE, POSTGRESQL):
        with databases.fresh(name) as url:
            durations = asyncio.run(_openings(rows, url, scale.of(full=15, quick=5)))
        figures = {"p50 ms": median(durations) * 1000, "slowest ms": max(durations) * 1000}
        yield Line(what=f"a visit of {ROWS} rows opens, {name}", figures=figures, aims=VISIT_AIMS)


def _seconds_of_check(folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bot", "check", str(folder)], check=True, capture_output=True)
    return time.perf_counter() - began


def _explored(pack: Path) -> Line:
    """Return how long the exploration of a pack's processes takes together, and how many states it meets."""
    definitions = load_company(pack).definitions.values()
    began = time.perf_counter()
    states = sum(len(explore(definition, choices_of(definition)).ways) for definition in definitions)
    seconds = time.perf_counter() - began
    return Line(what=f"soundness of {pack.name}", figures={"seconds": seconds, "states": states}, aims=EXPLORE_AIMS)


async def _openings(pack: Path, url: str, count: int) -> list[float]:
    durations = []
    async with Database(url) as database:
        handler = command_handler(load_company(pack), database)
        for number in range(count + 1):
            addresses = [f"Ленина, {number}, {row}" for row in range(ROWS)]
            began = time.perf_counter()
            await approvals.opened(handler, *addresses)
            durations.append(time.perf_counter() - began)
    # The first opening prepares statements and compiles conditions.
    return durations[1:]


def _large_pack(folder: Path) -> Path:
    """Write a pack whose processes use conditions, joins, limits of visits and stages that may be left out."""
    (folder / "workflows").mkdir(parents=True)
    (folder / "organisation.yaml").write_text(_ORGANISATION)
    for number in range(PROCESSES):
        (folder / "workflows" / f"p{number}.yaml").write_text(_process(number))
    return folder


def _process(number: int) -> str:
    stages = "".join(map(_stage, range(STAGES)))
    return (
        f"process: p{number}\ntitle: {_W}\nnumber: P{number}\nstart: s0\nstages:\n{stages}"
        f"ends:\n  done: {{title: {_W}, closes: case}}\n  refused: {{title: {_W}, closes: case_at_once}}\n"
    )


def _stage(number: int) -> str:
    more = _PECULIAR.get(number, "")
    targets = _TARGETS.get(number, f"[s{number + 1}]")
    outcomes = f"      on: {{title: {_W}, to: {targets}}}\n"
    outcomes += f"      {_OTHERS[number]}\n" if number in _OTHERS else ""
    return (
        f"  s{number}:\n    title: {_W}\n    department: office\n{more}    form:\n"
        f"      amount{number}: {{type: money, label: {_W}, required: true}}\n"
        f"      note{number}: {{type: text, label: {_W}}}\n    outcomes:\n{outcomes}"
    )


_PECULIAR = {
    8: "    join: {of: [s6, s7], need: begun}\n",
    12: "    skip_when: amount0 < 100\n    left_out_as: on\n",
    15: "    at_most: {visits: 3, else: done}\n",
}
_TARGETS = {
    5: "[{stage: s6, when: amount0 > 10}, {stage: s7, when: amount0 > 1000}, {stage: s8, when: amount0 <= 10}]",
    6: "[s8]",
    7: "[s8]",
    STAGES - 1: "[done]",
}
_OTHERS = {
    **dict.fromkeys((10, 15, 18), f"back: {{title: {_W}, to: [s9]}}"),
    STAGES - 1: f"no: {{title: {_W}, to: [refused]}}",
}
