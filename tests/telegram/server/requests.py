"""A call as it comes over HTTP: the query, a form, JSON, or parts with files."""

import json
import mimetypes
from typing import Any

from aiohttp import BodyPartReader, ClientResponse, MultipartReader, web

from .errors import bad_request
from .validation import Upload


async def read_call(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters as sent (text or JSON values) and files by field name; raises ApiError for broken JSON."""
    raw: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json" and request.can_read_body:
        return raw | _json_object(await request.text()), files
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file:
                files[name] = upload(value.filename, value.file.read())
        else:
            raw[name] = value.decode() if isinstance(value, bytes | bytearray) else value
    return raw, files


async def read_answer(response: ClientResponse) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The call that a webhook put into its response; empty when there is none."""
    raw: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    if response.content_type == "application/json":
        body = (await response.text()).strip()
        return (_json_object(body) if body.startswith("{") else raw), files
    if response.content_type.startswith("multipart/"):
        async for part in MultipartReader.from_response(response):
            if isinstance(part, BodyPartReader) and part.name:
                if part.filename:
                    files[part.name] = upload(part.filename, bytes(await part.read(decode=True)))
                else:
                    raw[part.name] = await part.text()
    return raw, files


def upload(name: str, content: bytes) -> Upload:
    """An uploaded file with the type of its name's extension."""
    return Upload(name, mimetypes.guess_type(name)[0] or "application/octet-stream", content)


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        raise bad_request("can't parse the JSON body of the request") from None
    if not isinstance(value, dict):
        raise bad_request("the JSON body of the request must be an object")
    return value
