"""Files that people send: fetched from Slack and kept with ours."""

from dataclasses import dataclass

from bot.slack.api.client import JSON, Api
from bot.slack.api.errors import FileRefused
from workflows.domain.ids import PersonId
from workflows.ports.chat import ChatError, Rejected
from workflows.ports.unit_of_work import KeptFile, StorageUnavailable
from workflows.usecases.keep_file import (
    UNNAMED,
    FileEmpty,
    FileKeeper,
    FileTooLarge,
    check_size,
    name_of_file,
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

    async def keep(self, sent: JSON, *, by: PersonId) -> KeptFile:
        """Fetch a file and keep it; raises KeptElsewhere or another of NOT_KEPT."""
        if "url_private" not in sent and "id" in sent:
            # What other apps and workspaces share comes as an id alone.
            sent = (await self.api.call("files.info", file=sent["id"]))["file"]
        if sent.get("is_external") or sent.get("mode") == "external":
            raise KeptElsewhere(": ".join(filter(None, (name_of(sent), _address(sent)))))
        size, url = sent.get("size"), sent.get("url_private")
        if not isinstance(size, int) or not isinstance(url, str):
            # hidden_by_limit, tombstones and the like tell neither.
            raise FileRefused(str(sent.get("mode") or "file_not_told"))
        check_size(size)
        content = await self.api.download(url, size)
        return await self.keeper.keep(content, name=name_of(sent), by=by)


def name_of(sent: JSON) -> str:
    """Return the name of a file without its folders."""
    return name_of_file(str(sent.get("name") or sent.get("title") or "")) or UNNAMED


def _address(sent: JSON) -> str:
    address = str(sent.get("external_url") or sent.get("url_private") or sent.get("permalink") or "")
    return address if address.startswith(("https://", "http://")) else ""
