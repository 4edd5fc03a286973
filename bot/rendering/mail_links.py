"""Letters as people take them to their mail program: the text that is copied, the link that opens a new letter."""

from dataclasses import dataclass
from urllib.parse import quote

from workflows.ports.rendering import LetterText

LONGEST_LINK = 2_000
"""Some mail programs and browsers cut longer links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLink:
    """A `mailto:` link to a new letter (RFC 6068); `is_whole` is False when the body has to be pasted into it."""

    url: str
    is_whole: bool


def copied_text(text: LetterText) -> str:
    """Return the subject and the body of a letter as they are copied together."""
    return f"{text.subject}\n\n{text.body}"


def mail_link(address: str, text: LetterText) -> MailLink:
    """Return the link that opens a letter to an address (empty: to nobody yet), with the body where it is not long."""
    begun = f"mailto:{quote(address, safe='@')}?subject={quote(text.subject, safe='')}"
    whole = f"{begun}&body={quote(text.body.replace(chr(10), chr(13) + chr(10)), safe='')}"
    return MailLink(url=whole, is_whole=True) if len(whole) <= LONGEST_LINK else MailLink(url=begun, is_whole=False)
