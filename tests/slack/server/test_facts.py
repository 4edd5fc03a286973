"""The small table of facts against a machine-readable copy of Slack's reference.

The copy does not belong to this repository. Where ``HANDOVER_SPECS`` (default ``../shared/specs``, from the repository)
holds ``slack_web_api.json``, every method of the table is compared with it; elsewhere there is nothing to compare with,
and what remains checked is that the table and the handlers cover each other.
"""

import json
import os
from pathlib import Path

import pytest

from .methods import COMMON_ERRORS, METHODS, Method
from .values import JSON
from .web_api import HANDLERS

REPOSITORY = Path(__file__).resolve().parents[3]
SPECIFICATION = Path(os.environ.get("HANDOVER_SPECS", REPOSITORY / ".." / "shared" / "specs")) / "slack_web_api.json"


def _facts() -> JSON:
    loaded: JSON = json.loads(SPECIFICATION.read_text()) if SPECIFICATION.exists() else {}
    return loaded


def test_every_method_of_the_table_has_a_handler_and_every_handler_its_facts() -> None:
    elsewhere = {"apps.connections.open", "users.info"}
    assert METHODS.keys() == HANDLERS.keys() | elsewhere


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())
def test_the_table_says_what_the_reference_says(method: Method) -> None:
    facts = _facts()
    if not facts:
        # Nothing at hand to compare with: see the docstring.
        assert not SPECIFICATION.exists()
        return
    reference = facts["methods"][method.name]
    arguments = {name: argument.get("type", "") for name, argument in reference["args"].items()}
    required = {name for name, argument in reference["args"].items() if argument["required"]}

    assert method.required | method.optional == arguments
    assert method.required.keys() == required
    assert str(method.tier) == reference["rate_limit"]["label"]
    assert method.scopes == {scope["name"] for scope in reference["scopes"].get("bot", [])}
    assert method.errors <= set(reference["errors"])
    assert facts["common_errors"].keys() >= COMMON_ERRORS
