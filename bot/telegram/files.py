"""Files that people send: fetched from the platform and kept with ours."""

import io
import secrets

from aiogram import Bot
from aiogram.exceptions import TelegramEntityTooLarge

from bot.telegram.errors import FAILURES
from bot.telegram.receive import SentFile
from workflows.domain.ids import FileId, PersonId
from workflows.ports.chat import Unreachable
from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import KeptFile, Storage

MAX_FILE = 10 * 1024 * 1024
MAX_NAME = 200


class TooLarge(Exception):
    """The file is larger than we keep."""


async def keep_file(bot: Bot, sent: SentFile, *, by: PersonId, storage: Storage, clock: Clock) -> FileId:
    """Fetch a file and keep it; raises TooLarge, Unreachable or StorageUnavailable."""
    if sent.size is not None and sent.size > MAX_FILE:
        raise TooLarge
    content = io.BytesIO()
    try:
        await bot.download(sent.file_id, destination=content, timeout=60)
    except TelegramEntityTooLarge:
        raise TooLarge from None
    except FAILURES as failure:
        raise Unreachable("file_not_fetched") from failure
    if len(content.getvalue()) > MAX_FILE:
        raise TooLarge
    file = KeptFile(
        id=FileId(secrets.token_urlsafe(16)),
        name=sent.name[-MAX_NAME:],
        media_type=sent.media_type,
        content=content.getvalue(),
    )
    now = clock.now()
    await storage.transact(lambda unit: unit.add_file(file, by, now))
    return file.id
