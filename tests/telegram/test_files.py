"""Files that people send: stored, or refused with a reason for their sender."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot

from bot.host.clock import SystemClock
from bot.telegram.handlers.files import Files
from bot.telegram.handlers.receive import SentFile
from storage.database import Database
from storage.reads.queries import SqlQueries
from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer
from tests.telegram.server.aiogram_client import connected
from tests.telegram.server.server import DOWNLOAD
from tests.telegram.test_cards import a_card
from workflows.domain.ids import FileId, PersonId
from workflows.ports.chat import Unreachable
from workflows.usecases.keep_file import MAX_BYTES, FileKeeper, FileTooLarge

pytestmark = pytest.mark.system

CONTENT = b"%PDF the act"


class FileChat:
    """A private chat with one document in it, and the store of files."""

    def __init__(self, server: TelegramServer, bot: Bot, database: Database) -> None:
        self.server = server
        self._bot = bot
        self._database = database

    async def sent(self, content: bytes = CONTENT) -> SentFile:
        """Have Gleb send a document without its size."""
        gleb = self.server.user("Gleb")
        message = await gleb.send_document(gleb.private, content, "act.pdf")
        assert message.attachment is not None
        return SentFile(file_id=message.attachment.file_id, name="act.pdf", media_type="application/pdf", size=None)

    async def keep(self, sent: SentFile) -> FileId:
        files = Files(bot=self._bot, keeper=FileKeeper(storage=self._database, clock=SystemClock()))
        return (await files.keep(sent, by=PersonId("gleb"))).id

    async def content(self, file_id: FileId) -> bytes:
        kept = await SqlQueries(self._database.engine).file(file_id)
        assert kept is not None
        return kept.content


@pytest.fixture
async def file_chat(sqlite_url: str) -> AsyncIterator[FileChat]:
    async with TelegramServer() as server, connected(server) as bot, Database(sqlite_url) as database:
        yield FileChat(server, bot, database)


async def test_a_file_is_kept_as_it_was_sent(file_chat: FileChat) -> None:
    assert await file_chat.content(await file_chat.keep(await file_chat.sent())) == CONTENT


async def test_a_file_on_the_disk_of_a_server_of_ones_own_is_read_there(file_chat: FileChat, tmp_path: Path) -> None:
    sent, shared = await file_chat.sent(), tmp_path / "act.pdf"
    shared.write_bytes(CONTENT)
    file_chat.server.platform.paths[sent.file_id] = str(shared)

    assert await file_chat.content(await file_chat.keep(sent)) == CONTENT


async def test_a_file_on_a_disk_that_is_not_shared_is_not_fetched(file_chat: FileChat, tmp_path: Path) -> None:
    sent = await file_chat.sent()
    file_chat.server.platform.paths[sent.file_id] = str(tmp_path / "elsewhere.pdf")

    with pytest.raises(Unreachable):
        await file_chat.keep(sent)


async def test_a_file_over_the_limit_of_the_platform_is_too_large(file_chat: FileChat) -> None:
    with pytest.raises(FileTooLarge):
        await file_chat.keep(await file_chat.sent(b"x" * (20 * 2**20 + 1)))


async def test_a_file_over_our_own_limit_is_not_even_fetched(file_chat: FileChat) -> None:
    fault = file_chat.server.drop_before(DOWNLOAD)

    with pytest.raises(FileTooLarge):
        await file_chat.keep(await file_chat.sent(b"x" * (MAX_BYTES + 1)))

    assert fault.struck == 0


@pytest.mark.parametrize("method", ["getFile", DOWNLOAD])
async def test_a_file_is_fetched_again_after_one_failure(file_chat: FileChat, method: str) -> None:
    sent = await file_chat.sent()
    fault = file_chat.server.fail(method, status=500, description="Internal Server Error")

    assert await file_chat.content(await file_chat.keep(sent)) == CONTENT
    assert fault.struck == 1


@pytest.mark.parametrize("trouble", ["gone", "unwell", "dropped", "broken off", "unknown", "getFile away"])
async def test_the_sender_of_a_file_that_cannot_be_fetched_is_told(firm: Firm, trouble: str) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    match trouble:
        case "gone":
            fault = firm.server.fail(DOWNLOAD, status=404, description="Not Found", times=9)
        case "unwell":
            fault = firm.server.fail(DOWNLOAD, times=9)
        case "dropped":
            fault = firm.server.drop_before(DOWNLOAD, times=9)
        case "broken off":
            fault = firm.server.drop_after(DOWNLOAD, times=9)
        case "unknown":
            fault = firm.server.fail("getFile", status=400, description="Bad Request: invalid file_id")
        case _:
            fault = firm.server.drop_before("getFile", times=9)

    await firm.people["gleb"].send_document(group, CONTENT, "акт.pdf", "Вот акт", reply_to=card)

    told = await firm.until(lambda: group.find("акт.pdf не удалось получить"))
    assert told.reply_to is not None
    assert fault.struck


async def test_the_sender_of_a_file_that_the_platform_finds_too_big_is_told(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    firm.server.fail("getFile", status=400, description="Bad Request: file is too big")

    await firm.people["gleb"].send_document(group, CONTENT, "видео.mov", "Смотрите", reply_to=card)

    await firm.until(lambda: group.find("видео.mov больше 10"))
