"""Files that people send: downloaded from Telegram and kept in our database."""

import asyncio
import io
from dataclasses import dataclass
from pathlib import Path

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiohttp import ClientError

from bot.telegram.api.errors import FAILURES
from bot.telegram.handlers.receive import SentFile
from workflows.domain.ids import PersonId
from workflows.ports.chat import Unreachable
from workflows.ports.unit_of_work import KeptFile
from workflows.usecases.keep_file import FileEmpty, FileKeeper, FileTooLarge, check_size

SECONDS = 30
"""Timeout of a file: while it is downloaded, its sender's next updates wait."""
NOT_KEPT = (FileTooLarge, FileEmpty, Unreachable)
"""Why a file is not kept; its sender is notified."""

PAUSE = 0.5
"""Seconds before a download is tried again."""
_PASSING = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError, ClientError, TimeoutError)
_TOO_BIG = "file is too big"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Downloads and keeps the files of messages."""

    bot: Bot
    keeper: FileKeeper

    async def keep(self, sent: SentFile, *, by: PersonId) -> KeptFile:
        """Download a file and keep it; raises one of NOT_KEPT, or StorageUnavailable."""
        if sent.size is not None:
            check_size(sent.size)
        try:
            async with asyncio.timeout(SECONDS):
                content = await self._download_twice(sent.file_id)
        except TelegramEntityTooLarge:
            raise FileTooLarge from None
        except TelegramBadRequest as refusal:
            if _TOO_BIG in refusal.message:
                raise FileTooLarge from None
            raise Unreachable("file_not_fetched") from refusal
        except (*FAILURES, ClientError):
            # The errors of the HTTP client quote the address, which holds the token: never chain or log them.
            raise Unreachable("file_not_fetched") from None
        return await self.keeper.keep(content, name=sent.name, by=by, media_type=sent.media_type)

    async def _download_twice(self, file_id: str) -> bytes:
        """Download a file, once more if the network or the platform fails for a moment."""
        try:
            async with asyncio.timeout(SECONDS / 2):
                return await self._download(file_id)
        except _PASSING:
            await asyncio.sleep(PAUSE)
        return await self._download(file_id)

    async def _download(self, file_id: str) -> bytes:
        file = await self.bot.get_file(file_id, request_timeout=SECONDS)
        if file.file_size is not None:
            check_size(file.file_size)
        path = file.file_path or ""
        if path.startswith("/"):
            # A self-hosted Bot API server with --local returns a path on its disk, which must be shared with us.
            return await asyncio.to_thread(Path(path).read_bytes)
        content = io.BytesIO()
        await self.bot.download_file(path, destination=content, timeout=SECONDS)
        return content.getvalue()
