"""Files that people send: downloaded from Slack and kept with ours."""

from dataclasses import dataclass

from bot.slack.api.client import Api
from bot.slack.api.errors import FileRefused
from bot.slack.api.slack_file import SlackFile
from workflows.domain.ids import PersonId
from workflows.domain.text import file_name
from workflows.ports.chat import ChatError, Rejected
from workflows.ports.unit_of_work import KeptFile, StorageUnavailable
from workflows.usecases.keep_file import (
    UNNAMED,
    FileEmpty,
    FileKeeper,
    FileTooLarge,
    check_size,
)

NOT_KEPT = (FileTooLarge, FileEmpty, ChatError, StorageUnavailable)
"""Whatever keeps a file from being kept."""


class KeptElsewhere(Rejected):
    """The file lies with another service: only its name and its address can be kept, as `text` says them."""

    def __init__(self, text: str) -> None:
        super().__init__("file_elsewhere")
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Keeps files by Slack's own objects of them."""

    api: Api
    keeper: FileKeeper

    async def keep(self, sent: SlackFile, *, by: PersonId) -> KeptFile:
        """Download a file and keep it; raises KeptElsewhere or another of NOT_KEPT."""
        if sent.url is None and sent.id:
            # What other apps and workspaces share comes as an id alone.
            sent = SlackFile.read((await self.api.call("files.info", file=sent.id))["file"])
        if sent.is_external:
            raise KeptElsewhere(": ".join(filter(None, (name_of(sent), sent.link))))
        if sent.size is None or sent.url is None:
            # Hidden files, remains of deleted ones and the like have neither.
            raise FileRefused(sent.mode or "file_not_described")
        check_size(sent.size)
        content = await self.api.download(sent.url, sent.size)
        return await self.keeper.keep(content, name=name_of(sent), by=by)


def name_of(sent: SlackFile) -> str:
    """Return the name of a file without its folders."""
    return file_name(sent.name) or UNNAMED
