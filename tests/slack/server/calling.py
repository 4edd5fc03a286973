"""Short forms for the tests of the server."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from .values import JSON


async def refusal(call: Awaitable[Any]) -> JSON:
    """The response to a call that the platform refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    response = caught.value.response
    data: JSON = response.data if isinstance(response.data, dict) else {}
    return data | {"status": response.status_code, "headers": dict(response.headers)}


async def error_of(call: Awaitable[Any]) -> str:
    """The error code of a call that the platform refuses."""
    return str((await refusal(call))["error"])


def plain(text: str) -> JSON:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> JSON:
    """A section with mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str, action_id: str, value: str = "1") -> JSON:
    """A button."""
    return {"type": "button", "text": plain(label), "action_id": action_id, "value": value}


def option(label: str, value: str) -> JSON:
    """An option of a menu."""
    return {"text": plain(label), "value": value}


def field(label: str, element: JSON, **more: Any) -> JSON:
    """An input block whose ids are its label."""
    return {
        "type": "input",
        "block_id": label,
        "label": plain(label),
        "element": {"action_id": label, **element},
        **more,
    }


def modal(*blocks: JSON, title: str = "Новое дело", **more: Any) -> JSON:
    """A modal with a button to send it."""
    return {"type": "modal", "title": plain(title), "submit": plain("Отправить"), "blocks": list(blocks), **more}


def home(*blocks: JSON) -> JSON:
    """A Home tab."""
    return {"type": "home", "blocks": list(blocks)}
