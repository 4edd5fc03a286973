"""The program left alone: how soon the first page is there, how much memory it holds, what it does with its time."""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]  # it ships no types

from tests.bench.databases import Databases
from tests.bench.figures import Aim, Line, Scale

AIMS = (
    Aim(figure="first page s", most=1.5),
    Aim(figure="memory MB", most=120),
    Aim(figure="CPU seconds a minute", most=0.3),
)
_ADDRESS = re.compile(r"http://[\w.:]+/")
_KEPT_FROM_US = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")


def measure(_databases: Databases, scale: Scale) -> Iterator[Line]:
    """Yield the first start, which creates the tables, and the starts after it (the best of three)."""
    idle_seconds = scale.of(full=20, quick=5)
    with tempfile.TemporaryDirectory(prefix="handover-idle-") as folder:
        yield Line(what="demo, first start", figures=_look(Path(folder), idle_seconds), aims=AIMS)
        looks = [_look(Path(folder), seconds) for seconds in (0, 0, idle_seconds)]
        best = min(look["first page s"] for look in looks)
        yield Line(what="demo, later start", figures=looks[-1] | {"first page s": best}, aims=AIMS)


def _look(folder: Path, idle_seconds: int) -> dict[str, float]:
    began = time.perf_counter()
    with _demo(folder) as (program, address):
        httpx.get(address).raise_for_status()
        first_page = time.perf_counter() - began
        process = psutil.Process(program.pid)
        # What the first page has set going, such as compiled templates, is not idleness.
        time.sleep(min(2, idle_seconds))
        before = process.cpu_times()
        time.sleep(idle_seconds)
        after = process.cpu_times()
        spent = after.user + after.system - before.user - before.system
        return {
            "first page s": first_page,
            "memory MB": process.memory_info().rss / 1e6,
            "CPU seconds a minute": spent * 60 / idle_seconds if idle_seconds else 0.0,
        }


@contextmanager
def _demo(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `handover demo` as its own process; provides it and the address that it prints."""
    settings = {name: os.environ[name] for name in _KEPT_FROM_US if name in os.environ} | {"WEB_PORT": "0"}
    command = [sys.executable, "-m", "bot", "demo"]
    with subprocess.Popen(command, cwd=folder, env=settings, stdout=subprocess.PIPE, text=True) as program:
        # A program that never says its address is ended, so that reading its words ends too.
        patience = threading.Timer(60, program.kill)
        patience.start()
        try:
            yield program, _address(program)
        finally:
            patience.cancel()
            program.terminate()


def _address(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    for line in program.stdout:
        found = _ADDRESS.search(line)
        if found:
            return found[0]
    raise RuntimeError("The program ended without saying its address.")
