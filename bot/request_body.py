"""Read the body of an HTTP request without trusting its size."""

from starlette.requests import Request

MAX_BODY = 2 * 1024 * 1024


class BodyTooLarge(Exception):
    """A request body is longer than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """Return the body, counting bytes as they arrive; raises BodyTooLarge as soon as they exceed *limit*."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise BodyTooLarge(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge(limit)
    return bytes(body)
