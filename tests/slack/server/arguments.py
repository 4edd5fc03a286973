"""From a request's body to checked arguments of a method."""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from .methods import Method
from .values import JSON, SlackRefusal

_ENCODED_AS_JSON = frozenset({"attachments", "blocks", "files", "metadata", "unfurled_attachments", "view"})
_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0"})


def invalid(*sentences: str) -> SlackRefusal:
    """The refusal ``invalid_arguments`` with its explanations."""
    return SlackRefusal(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {sentence}" for sentence in sentences]}
    )


async def read_body(request: web.Request) -> JSON:
    """All arguments of a request, from its query and its form, JSON or multipart body; raises SlackRefusal."""
    sent: JSON = dict(request.query)
    if request.method == "GET":
        return sent
    kind = request.content_type
    if kind == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError as problem:
            raise SlackRefusal("invalid_json") from problem
        if not isinstance(body, dict):
            raise SlackRefusal("json_not_object")
        if "token" in body:
            # Slack reads a token from the header or from a form, never from a JSON body.
            del body["token"]
        return sent | body
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form: MultiDictProxy[Any] = await request.post()
        return sent | dict(form)
    if await request.read():
        raise SlackRefusal("invalid_post_type")
    return sent


def check_arguments(method: Method, sent: JSON) -> JSON:
    """The arguments with their types, JSON in strings decoded; raises SlackRefusal for anything else."""
    given = {name: value for name, value in sent.items() if value is not None and not _is_ignored(method, name)}
    for name in given:
        if method.type_of(name) is None:
            raise SlackRefusal(
                "invalid_arg_name", response_metadata={"messages": [f"[ERROR] unknown argument: {name}"]}
            )
    missing = [name for name in method.required if given.get(name) in (None, "")]
    if missing:
        raise invalid(*(f"missing required field: {name}" for name in missing))
    return {name: _checked(name, method.type_of(name) or "", value) for name, value in given.items()}


def _is_ignored(method: Method, name: str) -> bool:
    # bolt adds the team_id of the request to every call of the client that it hands to a listener.
    return name == "token" or (name == "team_id" and method.type_of(name) is None)


def _checked(name: str, kind: str, value: Any) -> Any:
    if name in _ENCODED_AS_JSON and isinstance(value, str):
        return _decoded(name, value)
    return _CHECKS.get(kind, _as_it_is)(name, value)


def _decoded(name: str, value: str) -> Any:
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError as problem:
        raise _format_refusal(name) from problem


def _format_refusal(name: str) -> SlackRefusal:
    if name == "blocks":
        return SlackRefusal("invalid_blocks_format")
    if name == "metadata":
        return SlackRefusal("invalid_metadata_format")
    return invalid(f"must be a valid JSON object [json-pointer:/{name}]")


def _as_it_is(_name: str, value: Any) -> Any:
    return value


def _string(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise invalid(f"must be a string [json-pointer:/{name}]")
    return value


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise invalid(f"must be a boolean [json-pointer:/{name}]")


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool):
        raise invalid(f"must be a number [json-pointer:/{name}]")
    try:
        return int(value)
    except (TypeError, ValueError) as problem:
        raise invalid(f"must be a number [json-pointer:/{name}]") from problem


def _array(name: str, value: Any) -> list[Any]:
    if isinstance(value, str):
        return [part for part in value.split(",") if part]
    if not isinstance(value, list):
        raise invalid(f"must be an array [json-pointer:/{name}]")
    return value


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "string": _string,
    "boolean": _boolean,
    "number": _number,
    "integer": _number,
    "array": _array,
}
