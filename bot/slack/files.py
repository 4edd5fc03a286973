"""Files that people send: fetched from Slack and kept with ours."""

import secrets
from dataclasses import dataclass

from bot.slack.api import JSON, LARGEST_FILE, Api
from bot.slack.errors import FileRefused
from workflows.domain.ids import FileId, PersonId
from workflows.ports.chat import Rejected
from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import KeptFile, Storage

MAX_NAME = 200


class TooLarge(Exception):
    """The file is larger than we keep."""


class Empty(Rejected):
    """There is nothing in the file."""

    def __init__(self) -> None:
        super().__init__("file_empty")


class KeptElsewhere(Rejected):
    """The file lies with another service: only its name and its address can be kept, as `text` says them."""

    def __init__(self, text: str) -> None:
        super().__init__("file_elsewhere")
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Keeps files by Slack's own objects of them."""

    api: Api
    storage: Storage
    clock: Clock

    async def keep(self, sent: JSON, *, by: PersonId) -> KeptFile:
        """Fetch a file and keep it; raises TooLarge, Empty, KeptElsewhere, a ChatError or StorageUnavailable."""
        if "url_private" not in sent and "id" in sent:
            # What other apps and workspaces share comes as an id alone.
            sent = (await self.api.call("files.info", file=sent["id"]))["file"]
        if sent.get("is_external") or sent.get("mode") == "external":
            raise KeptElsewhere(": ".join(filter(None, (name_of(sent), _address(sent)))))
        size, url = sent.get("size"), sent.get("url_private")
        if not isinstance(size, int) or not isinstance(url, str):
            # hidden_by_limit, tombstones and the like tell neither.
            raise FileRefused(str(sent.get("mode") or "file_not_told"))
        if not size:
            raise Empty
        if size > LARGEST_FILE:
            raise TooLarge
        content = await self.api.download(url, size)
        file = KeptFile(
            id=FileId(secrets.token_urlsafe(16)),
            name=name_of(sent)[-MAX_NAME:],
            media_type="application/octet-stream",
            content=content,
        )
        now = self.clock.now()
        await self.storage.transact(lambda unit: unit.add_file(file, by, now))
        return file


def name_of(sent: JSON) -> str:
    """Answer the name of a file without its folders."""
    name = str(sent.get("name") or sent.get("title") or "file").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable()).strip() or "file"


def _address(sent: JSON) -> str:
    address = str(sent.get("external_url") or sent.get("url_private") or sent.get("permalink") or "")
    return address if address.startswith(("https://", "http://")) else ""
