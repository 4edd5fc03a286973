"""Open pages as browsers hold them, in a process of their own: `python -m tests.bench.pages ADDRESS PERSON COUNT`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

READY = b"ready\n"


@asynccontextmanager
async def open_pages(address: str, person: str, count: int) -> AsyncIterator[None]:
    """Hold so many pages of a person open until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, address, person, str(count), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        if await process.stdout.readline() != READY:
            raise RuntimeError("The pages could not be opened.")
        yield
    finally:
        process.kill()
        await process.wait()


async def _read_all(address: str, person: str, count: int) -> None:
    cookie = await _signed_in(address, person)
    async with asyncio.TaskGroup() as pages:
        ready = [asyncio.Event() for _ in range(count)]
        for opened in ready:
            pages.create_task(_read(address, person, cookie, opened))
        for opened in ready:
            await opened.wait()
        sys.stdout.buffer.write(READY)
        sys.stdout.buffer.flush()


async def _signed_in(address: str, person: str) -> str:
    reader, writer = await _ask(address, f"/pick/{person}", "")
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    writer.close()
    cookies = [line.split(":", 1)[1] for line in head.splitlines() if line.lower().startswith("set-cookie:")]
    return "; ".join(cookie.split(";")[0].strip() for cookie in cookies)


async def _read(address: str, person: str, cookie: str, opened: asyncio.Event) -> None:
    reader, _writer = await _ask(address, f"/as/{person}/events", cookie)
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(f"The stream was not opened: {status!r}")
    while await reader.read(65_536):
        opened.set()


async def _ask(address: str, path: str, cookie: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    server = urlsplit(address)
    reader, writer = await asyncio.open_connection(server.hostname, server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {server.netloc}\r\nCookie: {cookie}\r\n\r\n".encode())
    return reader, writer


if __name__ == "__main__":
    asyncio.run(_read_all(sys.argv[1], sys.argv[2], int(sys.argv[3])))
