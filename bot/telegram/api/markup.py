"""Texts and buttons in Telegram's formats and limits."""

import html
import re
from collections.abc import Iterable

from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.rendering.markup.cutting import shorten
from bot.rendering.markup.dialects import MARKUPS
from bot.rendering.markup.text import units
from workflows.ports.chat import Button, Dialect

MAX_BUTTON = 64
"""Characters of a label that are visible; Telegram accepts more."""
MAX_TOAST = 200

_TAG = re.compile(r"<[^<>]+>")
_PIECE = re.compile(r"<[^<>]+>|&[#\w]+;|.", re.DOTALL)


def keyboard(rows: Iterable[Iterable[Button]]) -> InlineKeyboardMarkup | None:
    """Return the inline keyboard; None for no buttons, which removes those of an edited message."""
    lines = [[_button(button) for button in row] for row in rows]
    return InlineKeyboardMarkup(inline_keyboard=lines) if any(lines) else None


def _button(button: Button) -> InlineKeyboardButton:
    label = shorten(button.label, MAX_BUTTON)
    if button.copies is not None and button.url is None:
        return InlineKeyboardButton(text=label, copy_text=CopyTextButton(text=button.copies))
    if button.url is not None:
        return InlineKeyboardButton(text=label, url=button.url)
    return InlineKeyboardButton(text=label, callback_data=button.action or "-")


def link_to(username: str, payload: str) -> str:
    """Return the link that opens the private chat with a bot and starts it with *payload*."""
    return f"https://t.me/{username}?start={payload}"


def way_in(username: str, code: str) -> str:
    """Return the link that redeems an invitation; what to type to the bot if its name is not known."""
    return link_to(username, code) if username else f"/start {code}"


def parts(text: str) -> list[str]:
    """Split marked-up text into messages, each with balanced tags, between lines or words."""
    markup, split = MARKUPS[Dialect.INLINE_HTML], []
    while markup.visible_length(text) > markup.limit:
        at, still_open = _split_point(text, markup.limit)
        split.append(text[:at].rstrip() + "".join(f"</{_name(tag)}>" for tag in reversed(still_open)))
        text = "".join(still_open) + text[at:].lstrip()
    return [*split, text]


def _split_point(text: str, limit: int) -> tuple[int, list[str]]:
    """Return where to split a long text, and the tags that are open there."""
    used, at, still_open = 0, 0, list[str]()
    line, word = (0, still_open), (0, still_open)
    for found in _PIECE.finditer(text):
        piece = found[0]
        if _TAG.fullmatch(piece):
            still_open = still_open[:-1] if piece.startswith("</") else [*still_open, piece]
        else:
            used += 1 if piece.startswith("&") and len(piece) > 1 else units(piece)
            if used > limit:
                break
        at = found.end()
        if piece == "\n" and used > limit // 2:
            line = (at, still_open)
        elif piece.isspace() and used > limit // 2:
            word = (at, still_open)
    return next((place for place in (line, word) if place[0]), (at, still_open))


def _name(tag: str) -> str:
    return tag.strip("<>").split()[0]


def plain_text(text: str) -> str:
    """Return marked-up text without its markup."""
    return html.unescape(_TAG.sub("", text))


def cut(text: str) -> str:
    """Return marked-up text cut to the length of one message."""
    markup = MARKUPS[Dialect.INLINE_HTML]
    return str(markup.cut(text, markup.limit))


def toast(text: str) -> str:
    """Return the text of a toast, cut to the length that Telegram shows."""
    return shorten(text, MAX_TOAST)
