"""Where the problems of one message or view are gathered."""

from typing import Any

from ..values import JSON


class Problems:
    """The list of problems found, in order, each with its JSON pointer."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, sentence: str, at: str) -> None:
        """Note *sentence* about the place *at* (``/blocks/0/text``)."""
        self.lines.append(f"{sentence} [json-pointer:{at}]")

    def answer(self) -> JSON:
        """The fields that explain an ``invalid_blocks`` or an ``invalid_arguments``."""
        return {
            "errors": list(self.lines),
            "response_metadata": {"messages": [f"[ERROR] {line}" for line in self.lines]},
        }

    def properties(self, value: Any, at: str, *, required: str = "", optional: str = "") -> bool:
        """Check that *value* is an object with these properties and no other; True when it can be read further."""
        if not isinstance(value, dict):
            self.add("must be an object", at)
            return False
        must = set(required.split())
        may = must | set(optional.split())
        for name in sorted(must - value.keys()):
            self.add(f"missing required field: {name}", at)
        for name in sorted(value.keys() - may):
            self.add(f"invalid additional property: {name}", at)
        return must <= value.keys()

    def string(self, value: JSON, name: str, at: str, *, longest: int, shortest: int = 0) -> None:
        """Check the length of an optional string property."""
        if name not in value:
            return
        text = value[name]
        if not isinstance(text, str):
            self.add("must be a string", f"{at}/{name}")
        elif len(text) > longest:
            self.add(f"must be less than {longest + 1} characters", f"{at}/{name}")
        elif len(text) < shortest:
            self.add(f"must be more than {shortest - 1} characters", f"{at}/{name}")

    def boolean(self, value: JSON, name: str, at: str) -> None:
        """Check an optional true or false."""
        if name in value and not isinstance(value[name], bool):
            self.add("must be a boolean", f"{at}/{name}")

    def integer(self, value: JSON, name: str, at: str, *, low: int, high: int) -> None:
        """Check an optional whole number."""
        if name not in value:
            return
        number = value[name]
        if not isinstance(number, int) or isinstance(number, bool):
            self.add("must be an integer", f"{at}/{name}")
        elif number < low:
            self.add(f"must be greater than {low - 1}", f"{at}/{name}")
        elif number > high:
            self.add(f"must be less than {high + 1}", f"{at}/{name}")

    def items(self, value: JSON, name: str, at: str, *, most: int, least: int = 1) -> list[Any]:
        """The list *name*, checked for its size; empty where there is none."""
        found = value.get(name)
        if not isinstance(found, list):
            if name in value:
                self.add("must be an array", f"{at}/{name}")
            return []
        if len(found) > most:
            self.add(f"no more than {most} items allowed", f"{at}/{name}")
        if len(found) < least:
            self.add(f"must provide at least {least} items", f"{at}/{name}")
        return found

    def one_of(self, value: JSON, name: str, at: str, *allowed: str) -> None:
        """Check an optional property with a closed set of values."""
        if name in value and value[name] not in allowed:
            self.add("must be a valid enum value", f"{at}/{name}")
