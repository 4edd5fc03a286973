"""Files that people send: fetched from the platform and kept with ours."""

import asyncio
import io
import secrets
from pathlib import Path

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiohttp import ClientError

from bot.telegram.errors import FAILURES
from bot.telegram.receive import SentFile
from workflows.domain.ids import FileId, PersonId
from workflows.ports.chat import Unreachable
from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import KeptFile, Storage

MAX_FILE = 10 * 1024 * 1024
MAX_NAME = 200
SECONDS = 30
"""How long a file may take: while it is fetched, its sender's next words wait."""

_TOO_BIG = "file is too big"


class TooLarge(Exception):
    """The file is larger than we keep."""


class EmptyFile(Exception):
    """The file holds nothing; no chat would take it for showing."""


async def keep_file(bot: Bot, sent: SentFile, *, by: PersonId, storage: Storage, clock: Clock) -> FileId:
    """Fetch a file and keep it; raises TooLarge, EmptyFile, Unreachable or StorageUnavailable."""
    if sent.size is not None and sent.size > MAX_FILE:
        raise TooLarge
    if sent.size == 0:
        raise EmptyFile
    try:
        async with asyncio.timeout(SECONDS):
            content = await _fetched(bot, sent.file_id)
    except TelegramEntityTooLarge:
        raise TooLarge from None
    except TelegramBadRequest as refusal:
        if _TOO_BIG in refusal.message:
            raise TooLarge from None
        raise Unreachable("file_not_fetched") from refusal
    except (*FAILURES, ClientError):
        # The client's own errors name the address, which holds the token: they end here.
        raise Unreachable("file_not_fetched") from None
    if len(content) > MAX_FILE:
        raise TooLarge
    if not content:
        raise EmptyFile
    file = KeptFile(
        id=FileId(secrets.token_urlsafe(16)),
        name=sent.name[-MAX_NAME:],
        media_type=sent.media_type,
        content=content,
    )
    now = clock.now()
    await storage.transact(lambda unit: unit.add_file(file, by, now))
    return file.id


async def _fetched(bot: Bot, file_id: str) -> bytes:
    file = await bot.get_file(file_id, request_timeout=SECONDS)
    if file.file_size is not None and file.file_size > MAX_FILE:
        raise TooLarge
    path = file.file_path or ""
    if path.startswith("/"):
        # A Bot API server of one's own with --local names a file on its disk, which we have to share.
        return await asyncio.to_thread(Path(path).read_bytes)
    content = io.BytesIO()
    await bot.download_file(path, destination=content, timeout=SECONDS)
    return content.getvalue()
