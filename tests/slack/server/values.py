"""The JSON objects that travel, and the two errors everything here raises."""

from typing import Any

JSON = dict[str, Any]


class SlackRefusal(Exception):
    """A Web API method returns ``ok: false`` with this *code*; *fields* are added to the response."""

    def __init__(self, code: str, **fields: Any) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields


class CannotDo(AssertionError):
    """A person at the screen cannot do what the test asks: there is no such button, field or window."""
