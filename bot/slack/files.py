"""Files that people send: fetched from Slack and kept with ours."""

import secrets
from dataclasses import dataclass

from bot.slack.api import JSON, LARGEST_FILE, Api
from workflows.domain.ids import FileId, PersonId
from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import KeptFile, Storage

MAX_NAME = 200


class TooLarge(Exception):
    """The file is larger than we keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Keeps files by Slack's own objects of them."""

    api: Api
    storage: Storage
    clock: Clock

    async def keep(self, sent: JSON, *, by: PersonId) -> KeptFile:
        """Fetch a file and keep it; raises TooLarge, a ChatError or StorageUnavailable."""
        if "url_private" not in sent:
            # What other apps and workspaces share comes as an id alone.
            sent = (await self.api.call("files.info", file=sent["id"]))["file"]
        if sent["size"] > LARGEST_FILE:
            raise TooLarge
        content = await self.api.download(sent["url_private"], sent["size"])
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
