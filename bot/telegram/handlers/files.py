"""Files that people send: fetched from the platform and kept with ours."""

import asyncio
import io
from dataclasses import dataclass
from pathlib import Path

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiohttp import ClientError

from bot.telegram.api.errors import FAILURES
from bot.telegram.handlers.receive import SentFile
from workflows.domain.ids import PersonId
from workflows.ports.chat import Unreachable
from workflows.ports.unit_of_work import KeptFile
from workflows.usecases.keep_file import FileEmpty, FileKeeper, FileTooLarge, check_size

SECONDS = 30
"""How long a file may take: while it is fetched, its sender's next words wait."""
NOT_KEPT = (FileTooLarge, FileEmpty, Unreachable)
"""What keeps a file from being kept for good, and is told to its sender."""

_TOO_BIG = "file is too big"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Keeps the files of messages."""

    bot: Bot
    keeper: FileKeeper

    async def keep(self, sent: SentFile, *, by: PersonId) -> KeptFile:
        """Fetch a file and keep it; raises one of NOT_KEPT, or StorageUnavailable."""
        if sent.size is not None:
            check_size(sent.size)
        try:
            async with asyncio.timeout(SECONDS):
                content = await self._fetched(sent.file_id)
        except TelegramEntityTooLarge:
            raise FileTooLarge from None
        except TelegramBadRequest as refusal:
            if _TOO_BIG in refusal.message:
                raise FileTooLarge from None
            raise Unreachable("file_not_fetched") from refusal
        except (*FAILURES, ClientError):
            # The client's own errors name the address, which holds the token: they end here.
            raise Unreachable("file_not_fetched") from None
        return await self.keeper.keep(content, name=sent.name, by=by, media_type=sent.media_type)

    async def _fetched(self, file_id: str) -> bytes:
        file = await self.bot.get_file(file_id, request_timeout=SECONDS)
        if file.file_size is not None:
            check_size(file.file_size)
        path = file.file_path or ""
        if path.startswith("/"):
            # A Bot API server of one's own with --local names a file on its disk, which we have to share.
            return await asyncio.to_thread(Path(path).read_bytes)
        content = io.BytesIO()
        await self.bot.download_file(path, destination=content, timeout=SECONDS)
        return content.getvalue()
