"""A call's parameters checked against the table of facts: names, presence and types."""

import json
from dataclasses import dataclass
from typing import Any, Final, cast

from .errors import bad_request
from .facts import METHODS, OBJECTS, UNIONS, Field

_MISSING: Final = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "message_thread_id": "invalid message thread identifier specified",
    "user_id": "invalid user_id specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "file_id": "file_id not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "action": "wrong parameter action in request",
    "url": "URL is not specified",
}
_NOT_THIS_BOT: Final = {
    "business_connection_id": "business connection not found",
    "allow_paid_broadcast": "FLOODSKIP_NOT_ALLOWED",
    "message_effect_id": "EFFECT_ID_INVALID",
    "direct_messages_topic_id": "MESSAGE_THREAD_INVALID",
}
_TRUTH: Final = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}
_SCALARS: Final = frozenset({"Integer", "String", "Boolean", "True", "InputFile"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    mime_type: str
    content: bytes


class _Unfit(Exception):
    """The value is not of this type; another alternative may fit."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The checked parameters of one call: decoded values by name, and the uploaded files by field name."""

    values: dict[str, Any]
    files: dict[str, Upload]

    def text(self, name: str) -> str:
        """A string parameter; empty when absent."""
        return str(self.values.get(name, ""))

    def number(self, name: str, default: int = 0) -> int:
        """An integer parameter; `default` when absent."""
        return int(self.values.get(name, default))

    def flag(self, name: str) -> bool:
        """A boolean parameter; False when absent."""
        return bool(self.values.get(name, False))

    def get(self, name: str) -> Any:
        """Any parameter; None when absent."""
        return self.values.get(name)

    def file(self, name: str) -> Upload | str | None:
        """An upload (sent in the field itself or as attach://), an id or URL of a known file, or None."""
        value = self.values.get(name, self.files.get(name))
        return self.attached(value) if isinstance(value, str) else cast("Upload | None", value)

    def attached(self, reference: str) -> Upload | str:
        """The upload behind attach://name; any other reference as it is."""
        if not reference.startswith("attach://"):
            return reference
        name = reference.removeprefix("attach://")
        if name not in self.files:
            raise bad_request(f'the file "{name}" that the request refers to was not sent')
        return self.files[name]


def check_call(method: str, raw: dict[str, Any], files: dict[str, Upload], *, strict: bool) -> Parameters:
    """The parameters decoded; raises ApiError, when strict also for names that the platform would ignore."""
    fields = METHODS[method]
    values = {}
    for name, value in raw.items():
        if name not in fields:
            if strict:
                raise bad_request(f'unknown parameter "{name}" of {method} (the platform would ignore it silently)')
            continue
        if value not in ("", None) or fields[name].types == ("String",):
            values[name] = _value(_decoded(value, fields[name], name), fields[name], name, strict=strict)
    for name, field in fields.items():
        empty = values.get(name) in (None, "") and name not in files
        if field.required and empty and not (method == "setWebhook" and name == "url"):
            raise bad_request(_MISSING.get(name, f'parameter "{name}" is required'))
    for name, reason in _NOT_THIS_BOT.items():
        if values.get(name):
            raise bad_request(reason)
    referred = {value.removeprefix("attach://") for value in _strings(values) if value.startswith("attach://")}
    unused = files.keys() - referred - fields.keys()
    if strict and unused:
        raise bad_request(f"file {sorted(unused)[0]!r} was sent and nothing refers to it")
    return Parameters(values, files)


def _decoded(value: Any, field: Field, name: str) -> Any:
    """The JSON of a parameter that is sent as text; only whole parameters are, never what is inside one."""
    plain = any(type_ in _SCALARS or type_.startswith("=") or _is_choice(type_) for type_ in field.types)
    if plain or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        words = {"reply_markup": "reply keyboard markup"}.get(name, name.replace("_", " "))
        raise bad_request(f"can't parse {words} JSON object") from None


def _is_choice(type_: str) -> bool:
    return type_ in UNIONS and UNIONS[type_][0].startswith("=")


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for item in value for text in _strings(item)] if isinstance(value, list) else []


def _value(value: Any, field: Field, name: str, *, strict: bool) -> Any:
    if all(_known(type_) for type_ in field.types):
        pass
    elif strict:
        raise bad_request(f'parameter "{name}" is known to the platform and not to this test server')
    else:
        return value
    for type_ in field.types:
        try:
            return _read(value, type_, strict=strict)
        except _Unfit:
            continue
    if name == "parse_mode":
        raise bad_request("unsupported parse_mode")
    if "ReactionTypeEmojiEmoji" in field.types:
        raise bad_request("REACTION_INVALID")
    if name == "reply_markup":
        raise bad_request("inline keyboard expected" if isinstance(value, dict) else "object expected as reply markup")
    raise bad_request(f'field "{name}" must be of type {" or ".join(_shown(type_) for type_ in field.types)}')


def _known(type_: str) -> bool:
    type_ = type_.lstrip("*")
    return type_.startswith("=") or type_ in _SCALARS or type_ in OBJECTS or type_ in UNIONS


def _shown(type_: str) -> str:
    return "Array" if type_.startswith("*") else type_


def _read(value: Any, type_: str, *, strict: bool) -> Any:
    if type_.startswith("="):
        if str(value).lower() != type_[1:].lower():
            raise _Unfit
        return value
    if type_ in _SCALARS:
        return _scalar(value, type_)
    if type_.startswith("*"):
        if not isinstance(value, list):
            raise _Unfit
        return [_read(item, type_[1:], strict=strict) for item in value]
    if type_ in UNIONS:
        return _any_of(value, UNIONS[type_], strict=strict)
    return _object(value, type_, strict=strict)


def _any_of(value: Any, members: tuple[str, ...], *, strict: bool) -> Any:
    for member in members:
        try:
            return _read(value, member, strict=strict)
        except _Unfit:
            continue
    raise _Unfit


def _scalar(value: Any, type_: str) -> Any:
    match type_:
        case "Integer" if isinstance(value, int) and not isinstance(value, bool):
            return value
        case "Integer" if isinstance(value, str) and value.removeprefix("-").isdecimal():
            return int(value)
        case "Boolean" | "True" if isinstance(value, bool):
            return value
        case "Boolean" | "True" if isinstance(value, str) and value in _TRUTH:
            return _TRUTH[value]
        case "String" | "InputFile" if isinstance(value, str):
            return value
    raise _Unfit


def _object(value: Any, type_: str, *, strict: bool) -> dict[str, Any]:
    """An object of the table; `_Unfit` when it is plainly another one, ApiError when it is this one and wrong."""
    fields = OBJECTS[type_]
    if not isinstance(value, dict):
        raise _Unfit
    required = [name for name, field in fields.items() if field.required]
    if type_ not in {"InlineKeyboardButton", "KeyboardButton"} and required and required[0] not in value:
        raise _Unfit
    for name in required:
        literal = fields[name].types[0]
        if literal.startswith("=") and value.get(name) != literal[1:]:
            raise _Unfit
    checked = {}
    for name, item in value.items():
        if item is None:
            continue
        if name not in fields:
            if strict:
                raise bad_request(f'unknown field "{name}" of {type_} (the platform would ignore it silently)')
            continue
        if name != "text" or type_ not in {"InlineKeyboardButton", "KeyboardButton"} or isinstance(item, str):
            checked[name] = _value(item, fields[name], name, strict=strict)
        else:
            raise bad_request(f'can\'t parse {_words(type_)}: Field "text" must be of type String')
    for name in required:
        if name not in checked:
            raise bad_request(f"can't parse {_words(type_)}: Can't find field \"{name}\"")
    return checked


def _words(type_: str) -> str:
    return {"InlineKeyboardButton": "inline keyboard button", "KeyboardButton": "keyboard button"}.get(type_, type_)
