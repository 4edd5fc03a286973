"""What the platform accepts below a message."""

from typing import Any, Final

from .errors import bad_request
from .facts import MAX_BUTTONS, MAX_BUTTONS_IN_ROW, MAX_CALLBACK_DATA_BYTES
from .links import problem_with

_ACTIONS: Final = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
_MAY_BE_EMPTY: Final = frozenset({"switch_inline_query", "switch_inline_query_current_chat"})

Keyboard = list[list[dict[str, Any]]]


def inline_keyboard(markup: dict[str, Any] | None, *, private: bool) -> Keyboard | None:
    """The rows of an inline keyboard, empty rows dropped; None when there is none or it is of another kind."""
    if markup is None or "inline_keyboard" not in markup:
        return None
    rows: Keyboard = [row for row in markup["inline_keyboard"] if row]
    for row in rows:
        for button in row:
            _check_button(button, private=private)
    if sum(len(row) for row in rows) > MAX_BUTTONS or any(len(row) > MAX_BUTTONS_IN_ROW for row in rows):
        raise bad_request("reply markup is too long")
    return rows or None


def check_reply_keyboard(markup: dict[str, Any] | None, *, private: bool) -> None:
    """Refuse a reply keyboard that asks a group for what only a private chat can give."""
    for row in (markup or {}).get("keyboard", []):
        for button in row:
            if not button["text"]:
                raise bad_request("keyboard button text must be non-empty")
            if not private and ("request_contact" in button or "request_location" in button):
                raise bad_request("BUTTON_TYPE_INVALID")


def _check_button(button: dict[str, Any], *, private: bool) -> None:
    actions = [name for name in _ACTIONS if name in button and (button[name] != "" or name in _MAY_BE_EMPTY)]
    if not actions:
        reason = "Text buttons are unallowed in the inline keyboard"
        raise bad_request(f"can't parse inline keyboard button: {reason}")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action must be used")
    if not button["text"].strip():
        raise bad_request("REPLY_MARKUP_INVALID")
    match actions[0]:
        case "callback_data" if len(button["callback_data"].encode()) > MAX_CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            reason = problem_with(button["url"]) or ""
            if reason:
                raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: {reason}")
        case "web_app" if not private:
            raise bad_request("BUTTON_TYPE_INVALID")
        case "web_app" if not button["web_app"]["url"].startswith("https://"):
            address = button["web_app"]["url"]
            reason = "Only HTTPS links are allowed"
            raise bad_request(f"inline keyboard button Web App URL '{address}' is invalid: {reason}")
        case "copy_text" if not 1 <= len(button["copy_text"]["text"]) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        case "pay" | "callback_game" | "login_url":
            raise bad_request("BUTTON_TYPE_INVALID")
