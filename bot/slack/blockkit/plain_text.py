"""Slack's markup of what people typed back to plain text: entities, links, mentions, emphasis, emoji by their names."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"<([^<>\n]+)>")
_DECORATION = re.compile(r"^https?://|/$|[\s()-]")
"""What Slack adds to a host or a number, or removes from it, when it turns it into a link."""
_EMPHASIS = re.compile(
    r"(?:(?<=[\s(\[{«“\"'])|^)(?P<mark>[*_])(?![\s*_])(?P<inside>[^*_\n]*[^\s*_])(?P=mark)(?=[\s)\]}»”\"'.,:;!?…]|$)",
    re.MULTILINE,
)
_NAMED = re.compile(r"(?<![A-Za-z0-9]):(?P<name>[a-z0-9_+'&.-]+):(?![A-Za-z0-9])", re.IGNORECASE)
_FLAG, _TONE = "flag-", "skin-tone-"
_VARIANT = "\ufe0f"
"""Asks for the coloured form of a sign; a sign with a tone of the skin has none."""

Names = Callable[[str], str | None]
"""The name of somebody by the id of the account, None when it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A message that was forwarded with another one: its words as Slack stores them, its author, its address."""

    text: str
    author: str
    address: str


def mentioned(text: str) -> list[str]:
    """Return the ids of the accounts that a text mentions, each once."""
    inside = (token.partition("|")[0] for token in _TOKEN.findall(text))
    return list(dict.fromkeys(target[1:] for target in inside if target.startswith("@")))


def unmarked(text: str, names: Names, quotations: Sequence[Quotation] = ()) -> str:
    """Return the plain text of a message as Slack stores it; what was forwarded with it follows as a quotation."""
    parts = [_unmarked(text, names), *(_quoted(quotation, names) for quotation in quotations)]
    return "\n".join(filter(None, parts))


def _unmarked(text: str, names: Names) -> str:
    # What a link or a mention shows is no markup, whatever signs are in it.
    shown = "".join(
        _token(part, names) if number % 2 else _with_signs(_EMPHASIS.sub(r"\g<inside>", part))
        for number, part in enumerate(_TOKEN.split(text))
    )
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _quoted(quotation: Quotation, names: Names) -> str:
    lines = [f"> {line}" for line in _unmarked(quotation.text, names).splitlines()]
    source = ", ".join(filter(None, (quotation.author, quotation.address)))
    return "\n".join([*lines, f"— {source}"] if source else lines)


def _with_signs(text: str) -> str:
    """Put emoji in the places of their names; unknown names, as those of a workspace's own emoji, stay."""
    return text if ":" not in text else _NAMED.sub(lambda found: _sign(found[0], found["name"].casefold()), text)


def _sign(named: str, name: str) -> str:
    # Imported when the first name is met: its table takes a while to load, and few texts have any.
    import emoji

    if name.startswith(_FLAG) and name[len(_FLAG) :].isalpha() and len(name) == len(_FLAG) + 2:
        return "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in name[len(_FLAG) :])
    if name.startswith(_TONE) and name[len(_TONE) :] in ("2", "3", "4", "5", "6"):
        return chr(0x1F3FB + int(name[len(_TONE) :]) - 2)
    sign = emoji.emojize(f":{name}:", language="alias")
    return named if sign == f":{name}:" else sign


def _token(inside: str, names: Names) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return f"@{names(target[1:]) or label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    if not label:
        return address
    # Slack turns hosts, addresses and numbers into links by itself: then the label is what was typed.
    return label if _bare(label) == _bare(address) else f"{label} ({address})"


def _bare(address: str) -> str:
    return _DECORATION.sub("", address.casefold())
