"""Files in messages: stored once, shown as a photo or a document, found again by their ids."""

import struct
from typing import Any, Final

from .chats import Attachment
from .errors import bad_request
from .facts import MAX_DOWNLOAD_BYTES
from .platform import Platform
from .validation import Upload

_IMAGES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")


def store(platform: Platform, field: str, upload: Upload) -> Attachment:
    """Keep a file under new ids; a photo comes in two sizes, the largest last."""
    if not upload.content:
        raise bad_request("file must be non-empty")
    number = platform.next_id()
    extension = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
    file_id = f"{field.title()}Id{number:06}"
    description: dict[str, Any] = _described(file_id, upload.content)
    shown: Any
    if field == "photo":
        width, height = _size(upload.content)
        small = _described(f"{file_id}s", upload.content) | {"width": 90, "height": 90}
        shown = [small, description | {"width": width, "height": height}]
    else:
        shown = description | {"file_name": upload.name, "mime_type": upload.mime_type}
    kept = Attachment(field=field, file_id=file_id, name=upload.name, content=upload.content, json=shown)
    for known in (file_id, f"{file_id}s"):
        platform.files[known] = kept
    platform.paths[file_id] = platform.paths[f"{file_id}s"] = f"{field}s/file_{number}.{extension}"
    return kept


def sent_by_bot(platform: Platform, field: str, file: Upload | str | None) -> Attachment:
    """The file of a bot's message: an upload that fits the field, or one already stored under this id."""
    if isinstance(file, Upload):
        return store(platform, field, file)
    if not file:
        raise bad_request(f"there is no {field} in the request")
    if "://" in file:
        raise bad_request("failed to get HTTP URL content")
    known = platform.files.get(file)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if known.field != field:
        raise bad_request(f"can't use file of type {known.field.title()} as {field.title()}")
    return known


def described_for_download(platform: Platform, file_id: str) -> dict[str, Any]:
    """The `File` object with its path; raises ApiError for an unknown id and for a file over the limit."""
    known = platform.files.get(file_id)
    if known is None:
        raise bad_request("invalid file_id")
    if len(known.content) > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return _described(file_id, known.content) | {"file_path": platform.paths[file_id]}


def at_path(platform: Platform, path: str) -> bytes | None:
    """The content behind a path that getFile gave; None for any other path."""
    found = next((file_id for file_id, known in platform.paths.items() if known == path), None)
    return None if found is None else platform.files[found].content


def _described(file_id: str, content: bytes) -> dict[str, Any]:
    return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(content)}


def _size(content: bytes) -> tuple[int, int]:
    if content.startswith(b"\x89PNG") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    return 800, 600
