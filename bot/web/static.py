"""Our own scripts, styles and pictures, held in memory under addresses that change with their content."""

import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path

from starlette.responses import Response

SUFFIXES = frozenset({".css", ".js", ".svg"})


class StaticFiles:
    """The files of *folder*, by addresses such as `/static/1f2e3d4c/app.css`."""

    def __init__(self, folder: Path) -> None:
        found = (path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES)
        self._contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
        self._hashes: Mapping[str, str] = {
            name: hashlib.sha256(content).hexdigest()[:16] for name, content in self._contents.items()
        }

    def address(self, name: str) -> str:
        """Return the path of a file by its name; raises KeyError when there is none of that name."""
        return f"/static/{self._hashes[name]}/{name}"

    def response(self, digest: str, name: str) -> Response | None:
        """Return a file, cached for a year when *digest* is its present one; None when there is no such file."""
        content = self._contents.get(name)
        if content is None:
            return None
        caching = "public, max-age=31536000, immutable" if digest == self._hashes[name] else "no-cache"
        media_type = mimetypes.guess_type(name)[0]
        return Response(content, media_type=media_type, headers={"Cache-Control": caching})
