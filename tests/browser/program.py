"""The real program in a process of its own, started as a newcomer starts it."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 20
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "PYTHONPATH", "TMPDIR")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


class Program:
    """`handover demo` in *folder*, with a database of its own there unless *database_url* names another.

    It shows InPlat, or the *company* of a folder.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str | None = None,
        *,
        timezone: str = "Europe/Moscow",
        company: Path | None = None,
    ) -> None:
        self._company = company
        self._folder = folder
        self._timezone = timezone
        self._database_url = database_url
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def database_url(self) -> str:
        """Return the address of the program's database."""
        return self._database_url or f"sqlite+aiosqlite:///{self._folder / 'var' / 'demo-inplat.db'}"

    @property
    def address(self) -> str:
        """Return where the program is found, without a slash at the end; the same after a restart."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start and wait until the address is printed; raises RuntimeError with what the program said instead."""
        await self.launch()
        await self.ready()

    async def launch(self) -> None:
        """Start without waiting; `ready` waits. No timeout runs in between: the stories may block their loop."""
        # Nothing but what is listed: the settings of the one who runs the tests are not ours.
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        environment |= {"WEB_PORT": str(self._port), "LOCALE": "ru", "TIMEZONE": self._timezone}
        if self._database_url is not None:
            environment["DATABASE_URL"] = self._database_url
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                Path(sys.executable).with_name("handover"),
                "demo",
                *(() if self._company is None else (str(self._company),)),
                cwd=self._folder,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )

    async def ready(self) -> None:
        """Wait until the address is printed; raises RuntimeError with what the program said instead."""
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            said = (await self._process.stdout.readline()).decode()
        found = _ADDRESS.search(said)
        if found is None:
            raise RuntimeError(f"the program did not start: {said}{self.log()}")
        self._port = int(found[1])

    async def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the program as Ctrl-C does, or by another signal; nothing happens when it is stopped already."""
        if self._process is None:
            return
        self._process.send_signal(how)
        async with asyncio.timeout(STOP_SECONDS):
            await self._process.communicate()
        self._process = None

    def log(self) -> str:
        """Return what the program has logged so far: nothing, when all went well."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    @property
    def _log(self) -> Path:
        return self._folder / "log.txt"
