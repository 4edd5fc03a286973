"""A file as Slack describes it (https://docs.slack.dev/reference/objects/file-object)."""

from dataclasses import dataclass
from typing import Self

from bot.slack.api.client import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackFile:
    """A file that somebody sent; `size` and `url` are None where Slack withholds them.

    `link` is where people can read a file that lies with another service, empty when there is no such address. `mode`
    tells hidden files and the remains of deleted ones from others.
    """

    id: str
    name: str = ""
    size: int | None = None
    url: str | None = None
    link: str = ""
    mode: str = ""
    is_external: bool = False

    @classmethod
    def read(cls, payload: JSON) -> Self:
        """Read Slack's file object; it may be an id alone, for a file of another app or workspace."""
        size, url, mode = payload.get("size"), payload.get("url_private"), str(payload.get("mode") or "")
        link = str(payload.get("external_url") or url or payload.get("permalink") or "")
        return cls(
            id=str(payload.get("id") or ""),
            name=str(payload.get("name") or payload.get("title") or ""),
            size=size if isinstance(size, int) else None,
            url=url if isinstance(url, str) else None,
            link=link if link.startswith(("https://", "http://")) else "",
            mode=mode,
            is_external=bool(payload.get("is_external")) or mode == "external",
        )
