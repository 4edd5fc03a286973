"""An open modal or a Home tab: the payload, what the person has typed, and what the window shows."""

from dataclasses import dataclass, field
from typing import Any

from .messages import controls_of
from .mrkdwn import Names, plain_of_blocks, plain_of_text_object
from .values import JSON, CannotDo

_KEPT = ("callback_id", "private_metadata", "external_id", "clear_on_close", "notify_on_close", "submit", "close")


@dataclass(slots=True, eq=False, kw_only=True)
class View:
    """One view of one person; *typed* is (block_id, action_id) -> the state's value object."""

    id: str
    user: str
    hash: str
    payload: JSON
    names: Names
    root_view_id: str
    previous_view_id: str | None
    typed: dict[tuple[str, str], JSON] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[JSON]:
        """The blocks as they are now."""
        blocks: list[JSON] = self.payload["blocks"]
        return blocks

    @property
    def title(self) -> str:
        """The title, empty on a Home tab."""
        title = self.payload.get("title")
        return plain_of_text_object(title, self.names) if title else ""

    @property
    def plain(self) -> str:
        """What a person reads in it."""
        return plain_of_blocks(self.blocks, self.names)

    @property
    def labels(self) -> list[str]:
        """The labels of the buttons and menus."""
        return [control.label for control in controls_of(self.blocks)]

    @property
    def inputs(self) -> dict[str, JSON]:
        """The input blocks by their label."""
        return {
            plain_of_text_object(block["label"], self.names): block for block in self.blocks if block["type"] == "input"
        }

    def input(self, label: str) -> JSON:
        """The input block with this label; raises CannotDo with the labels that there are."""
        if label not in self.inputs:
            raise CannotDo(f"there is no field {label!r} in {self.title!r}; there are {list(self.inputs)}")
        return self.inputs[label]

    def value(self, label: str) -> Any:
        """The value of the field: text, the label(s) of what is chosen, a date, or the files."""
        block = self.input(label)
        return shown_value(self.typed[(block["block_id"], block["element"]["action_id"])])

    def replace(self, payload: JSON, new_hash: str) -> None:
        """Show another payload; what was typed stays where the ids stay."""
        self.payload, self.hash = payload, new_hash
        before, self.typed = self.typed, initial_state(payload["blocks"])
        self.typed |= {key: value for key, value in before.items() if key in self.typed}
        self.errors.clear()

    @property
    def state(self) -> JSON:
        """The state object of payloads."""
        values: JSON = {}
        for (block_id, action_id), value in self.typed.items():
            values.setdefault(block_id, {})[action_id] = value
        return {"values": values}

    def to_json(self, facts: JSON) -> JSON:
        """The view object of responses and payloads; *facts* are the ids of team, app and bot."""
        modal = self.payload["type"] == "modal"
        found: JSON = {
            "id": self.id,
            "type": self.payload["type"],
            "blocks": self.blocks,
            "state": self.state,
            "hash": self.hash,
            "root_view_id": self.root_view_id,
            "previous_view_id": self.previous_view_id,
            "title": self.payload.get("title") if modal else None,
            **facts,
        }
        defaults: JSON = {"clear_on_close": False, "notify_on_close": False, "submit": None, "close": None}
        return found | {name: self.payload.get(name, defaults.get(name, "")) for name in _KEPT}


def shown_value(value: JSON) -> Any:
    """The value of a state entry as the person sees it."""
    if value.get("selected_options") is not None:
        return [option["text"]["text"] for option in value["selected_options"]]
    if value.get("selected_option") is not None:
        return value["selected_option"]["text"]["text"]
    for name in ("value", "selected_date", "selected_time", "selected_user", "files"):
        if name in value:
            return value[name]
    return None


def initial_state(blocks: list[JSON]) -> dict[tuple[str, str], JSON]:
    """The state with which *blocks* open."""
    state: dict[tuple[str, str], JSON] = {}
    for block in blocks:
        elements = [block.get("element"), block.get("accessory")]
        if block["type"] == "actions":
            elements += block["elements"]
        for element in elements:
            if isinstance(element, dict) and (value := _initial(element)) is not None:
                state[(block["block_id"], element["action_id"])] = value
    return state


def _initial(element: JSON) -> JSON | None:
    kind = element["type"]
    if kind in ("plain_text_input", "number_input", "email_text_input", "url_text_input"):
        return {"type": kind, "value": element.get("initial_value") or None}
    if kind in ("static_select", "external_select", "radio_buttons"):
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in ("multi_static_select", "checkboxes"):
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind == "datepicker":
        return {"type": kind, "selected_date": element.get("initial_date")}
    if kind == "timepicker":
        return {"type": kind, "selected_time": element.get("initial_time")}
    if kind == "users_select":
        return {"type": kind, "selected_user": element.get("initial_user")}
    if kind == "file_input":
        return {"type": kind, "files": []}
    return None
