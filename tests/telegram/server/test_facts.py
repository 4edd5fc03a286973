"""The table of facts against the platform's specification, where that is at hand.

The specification stays out of the repository. `HANDOVER_SPECS` names the folder with `telegram_bot_api.json`; by
default it is `shared/specs` beside the checkout. Without the file there is nothing to compare, and no comparison is
collected.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from .facts import METHODS, OBJECTS, UNIONS, Field, read
from .server import HANDLERS

_ROOT = Path(__file__).parents[3]
_SPECIFICATION = Path(os.environ.get("HANDOVER_SPECS", _ROOT.parent / "shared" / "specs")) / "telegram_bot_api.json"


def test_a_line_of_the_table_reads_as_fields() -> None:
    assert read("chat_id!:Integer|String offset:Integer") == {
        "chat_id": Field(types=("Integer", "String"), required=True),
        "offset": Field(types=("Integer",), required=False),
    }


def test_a_word_without_a_type_is_refused() -> None:
    with pytest.raises(ValueError, match="no type: chat_id!"):
        read("chat_id!")


def test_every_method_of_the_table_is_handled() -> None:
    assert METHODS.keys() == HANDLERS.keys() | {"getUpdates"}


def _short(type_: str) -> str:
    return type_.replace("Array of ", "*").replace("Literal:", "=")


def _fields(specified: dict[str, Any]) -> dict[str, tuple[set[str], bool]]:
    return {name: ({_short(type_) for type_ in field["types"]}, field["required"]) for name, field in specified.items()}


def _ours(fields: dict[str, Field]) -> dict[str, tuple[set[str], bool]]:
    return {name: (set(field.types), field.required) for name, field in fields.items()}


if _SPECIFICATION.exists():
    _SPECIFIED: dict[str, Any] = json.loads(_SPECIFICATION.read_text())

    @pytest.mark.parametrize("method", METHODS)
    def test_a_method_takes_what_the_platform_takes(method: str) -> None:
        assert _ours(METHODS[method]) == _fields(_SPECIFIED["methods"][method]["params"])

    @pytest.mark.parametrize("name", OBJECTS)
    def test_an_object_has_the_fields_that_the_platform_knows(name: str) -> None:
        assert _ours(OBJECTS[name]) == _fields(_SPECIFIED["types"][name]["fields"])

    @pytest.mark.parametrize("name", UNIONS)
    def test_a_union_has_the_members_that_the_platform_knows(name: str) -> None:
        members = {_short(member) for member in _SPECIFIED["types"][name]["union"]}

        assert set(UNIONS[name]) == members
