"""Run the measurements named on the command line, or all of them."""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from tests.bench import cases, crowd, idle, language, live, press, presses, races, slack, telegram
from tests.bench.databases import Databases, both_databases
from tests.bench.figures import Line, Scale

MEASUREMENTS: Mapping[str, Callable[[Databases, Scale], Iterator[Line]]] = {
    "races": races.measure,
    "press": press.measure,
    "presses": presses.measure,
    "cases": cases.measure,
    "language": language.measure,
    "live": live.measure,
    "crowd": crowd.measure,
    "idle": idle.measure,
    "telegram": telegram.measure,
    "slack": slack.measure,
}


def main() -> int:
    """Print a table for each measurement; a race with any other end than one winner raises."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"one or more of: {', '.join(MEASUREMENTS)}")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: a look, not a figure to quote")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything to FILE")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.name) - set(MEASUREMENTS))
    if unknown:
        parser.error(f"there is no measurement called {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    console, measured = Console(width=None if sys.stdout.isatty() else 160), dict[str, list[Line]]()
    with both_databases() as databases:
        for name in arguments.name or MEASUREMENTS:
            with console.status(name):
                measured[name] = list(MEASUREMENTS[name](databases, Scale(quick=arguments.quick)))
            console.print(_table(f"{name}: {sys.modules[MEASUREMENTS[name].__module__].__doc__}", measured[name]))
    if arguments.json:
        arguments.json.write_text(json.dumps(_report(measured, quick=arguments.quick), indent=2, ensure_ascii=False))
    return 0


def _table(title: str, lines: Sequence[Line]) -> Table:
    names = list(dict.fromkeys(name for line in lines for name in line.figures))
    table = Table(title=title, title_justify="left", box=box.MARKDOWN)
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    table.add_column("aim")
    for line in lines:
        missed = line.missed()
        aims = ", ".join(f"[yellow]{aim} missed[/]" if aim in missed else f"[green]{aim}[/]" for aim in line.aims)
        table.add_row(line.what, *(_cell(line.figures.get(name)) for name in names), aims)
    return table


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _report(measured: Mapping[str, Sequence[Line]], *, quick: bool) -> dict[str, object]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "quick": quick,
        "measurements": {
            name: [{"what": line.what, **line.figures, "missed": [str(aim) for aim in line.missed()]} for line in lines]
            for name, lines in measured.items()
        },
    }


if __name__ == "__main__":
    sys.exit(main())
