"""Messages and buttons of the product as Telegram wants them."""

import html
import re
from collections.abc import Iterable

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.rendering.dialects import MARKUPS, shorten
from workflows.ports.chat import Button, Dialect

MAX_BUTTON = 64
"""The platform takes longer labels and shows their beginning."""
MAX_TOAST = 200

_TAG = re.compile(r"<[^<>]+>")


def keyboard(rows: Iterable[Iterable[Button]]) -> InlineKeyboardMarkup | None:
    """Answer the inline keyboard; None for no buttons, which takes away those that were there."""
    lines = [[_button(button) for button in row] for row in rows]
    return InlineKeyboardMarkup(inline_keyboard=lines) if any(lines) else None


def _button(button: Button) -> InlineKeyboardButton:
    label = shorten(button.label, MAX_BUTTON)
    if button.url is not None:
        return InlineKeyboardButton(text=label, url=button.url)
    return InlineKeyboardButton(text=label, callback_data=button.action or "-")


def plain_text(text: str) -> str:
    """Answer the words of marked-up text."""
    return html.unescape(_TAG.sub("", text))


def fitting(text: str) -> str:
    """Answer marked-up text cut to what one message takes."""
    markup = MARKUPS[Dialect.TELEGRAM]
    return str(markup.cut(text, markup.limit))


def toast(text: str) -> str:
    """Answer the words of a toast, cut to what the platform shows."""
    return shorten(text, MAX_TOAST)
