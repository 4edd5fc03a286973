"""Which links the platform accepts, with its error texts for the others."""

from urllib.parse import urlsplit


def problem_with(url: str) -> str | None:
    """Why the platform refuses this URL, or None.

    A host without a dot (`localhost`) is refused, so a bot on a developer's machine cannot link to itself by that name.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme.lower() in {"tg", "ton", "tonsite"}:
        return None if rest else "Wrong HTTP URL"
    if separator and scheme.lower() not in {"http", "https"}:
        return "Unsupported URL protocol"
    if not url:
        return "URL host is empty"
    if any(character.isspace() for character in url):
        return "Wrong HTTP URL"
    try:
        host = urlsplit(url if separator else f"http://{url}").hostname or ""
    except ValueError:
        return "Wrong HTTP URL"
    if not host:
        return "URL host is empty"
    return None if "." in host.strip(".") or ":" in host else "Wrong HTTP URL"


def normalised(url: str) -> str:
    """The URL as the platform stores it: with a scheme and a path; the URL must be accepted by `problem_with`."""
    if "://" not in url:
        url = f"http://{url}"
    scheme, _, rest = url.partition("://")
    return f"{scheme.lower()}://{rest}" + ("" if "/" in rest or "?" in rest or "#" in rest else "/")
