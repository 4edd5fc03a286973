"""The Chromium of the system, without a screen."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def chromium() -> str | None:
    """Return the path of the system's Chromium."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def headless(path: str) -> AsyncIterator[Browser]:
    """Run the Chromium at *path*."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        await browser.close()
