"""What a message may contain, the same for posts, updates, ephemeral messages and response urls."""

import json
from typing import Any

from .blockkit import Problems, check_blocks, check_view
from .values import JSON, SlackRefusal

TEXT_IS_CUT_AT = 40_000
METADATA_LIMIT = 16_384
VIEW_LIMIT = 250_000


def checked_blocks(value: Any) -> list[JSON] | None:
    """The blocks, None when the argument was not given; raises SlackRefusal."""
    if value is None:
        return None
    if not isinstance(value, list):
        raise SlackRefusal("invalid_blocks_format")
    problems = Problems()
    check_blocks(problems, value)
    if problems.lines:
        raise SlackRefusal("invalid_blocks", **problems.answer())
    return value


def checked_view(value: Any) -> JSON:
    """The view payload; raises SlackRefusal."""
    problems = Problems()
    check_view(problems, value)
    if problems.lines:
        raise SlackRefusal("invalid_arguments", **problems.answer())
    view: JSON = value
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_LIMIT:
        raise SlackRefusal("view_too_large")
    return view


def checked_metadata(value: Any) -> JSON | None:
    """The metadata, None when it is an empty object; raises SlackRefusal."""
    if value == {}:
        return None
    if not isinstance(value, dict) or value.keys() != {"event_type", "event_payload"}:
        raise SlackRefusal("invalid_metadata_format")
    if (
        not isinstance(value["event_type"], str)
        or not value["event_type"]
        or not isinstance(value["event_payload"], dict)
    ):
        raise SlackRefusal("invalid_metadata_format")
    if len(json.dumps(value, ensure_ascii=False).encode()) > METADATA_LIMIT:
        raise SlackRefusal("metadata_too_large")
    return value


def checked_text(args: JSON) -> str:
    """The text, or the markdown text; raises SlackRefusal when both are given or one is no string."""
    if args.get("markdown_text") and (args.get("text") or args.get("blocks")):
        raise SlackRefusal("markdown_text_conflict")
    text = args.get("markdown_text") or args.get("text") or ""
    if not isinstance(text, str):
        raise SlackRefusal(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] must be a string [json-pointer:/text]"]}
        )
    return text[:TEXT_IS_CUT_AT]


def refuse_user_posting(args: JSON) -> None:
    """A bot token may not post ``as_user``; raises SlackRefusal."""
    if args.get("as_user") in (True, "true", "1", 1):
        raise SlackRefusal("as_user_not_supported")
