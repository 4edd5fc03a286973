"""Files that people attach: stored at once, served as attachments only."""

from urllib.parse import quote, unquote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.request_body import BodyTooLarge, read_body
from bot.web.errors import EMPTY_FILE, FILE_TOO_LARGE, UNKNOWN_FILE, UNREADABLE, WebError
from bot.web.site import Site
from workflows.domain.ids import FileId
from workflows.domain.text import file_name
from workflows.usecases.keep_file import MAX_BYTES, FileEmpty, FileKeeper, FileTooLarge


def routes(site: Site) -> APIRouter:
    """Return the routes of files."""
    router = APIRouter()
    services = site.services
    keeper = FileKeeper(storage=services.storage, clock=services.clock)

    @router.post("/as/{person}/files")
    async def upload(request: Request, person: str) -> Response:
        """Store the body as a file named by `X-File-Name` (percent-encoded); return its id and name as JSON."""
        viewer = await site.poster(request, person)
        name = _name(request.headers.get("x-file-name", ""))
        try:
            file = await keeper.keep(await read_body(request, MAX_BYTES), name=name, by=viewer.id)
        except (BodyTooLarge, FileTooLarge) as error:
            raise WebError(FILE_TOO_LARGE) from error
        except FileEmpty as error:
            raise WebError(EMPTY_FILE) from error
        return JSONResponse({"id": file.id, "name": file.name})

    @router.get("/as/{person}/files/{file_id}")
    async def download(request: Request, person: str, file_id: str) -> Response:
        """Return a file as an attachment, so that a browser never shows it as one of our pages."""
        await site.viewer(request, person)
        file = await services.queries.file(FileId(file_id))
        if file is None:
            raise WebError(UNKNOWN_FILE)
        return Response(
            file.content,
            media_type="application/octet-stream",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"},
        )

    return router


def _name(header: str) -> str:
    """Return the name of an uploaded file without its folders; raises WebError when there is none."""
    try:
        name = file_name(unquote(header, errors="strict"))
    except UnicodeDecodeError as error:
        raise WebError(UNREADABLE) from error
    if not name:
        raise WebError(UNREADABLE)
    return name
