"""A window of ours as Slack reports it (https://docs.slack.dev/reference/views/modal-views)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from bot.slack.api.client import JSON

State = Mapping[str, Mapping[str, JSON]]
"""What stands in a window: by the ids of the block and of the element in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """`kind` is the callback id that we gave it, `metadata` what we had it carry, `root` the lowest one of its stack.

    `payload` is all that Slack reports, from which the window can be shown again.
    """

    id: str
    root: str
    kind: str
    metadata: str
    state: State
    payload: JSON

    @classmethod
    def read(cls, payload: JSON) -> Self:
        """Read Slack's view object; its state is empty where Slack sends none."""
        return cls(
            id=payload["id"],
            root=payload.get("root_view_id") or payload["id"],
            kind=payload.get("callback_id") or "",
            metadata=payload.get("private_metadata") or "",
            state=(payload.get("state") or {}).get("values") or {},
            payload=payload,
        )

    @property
    def blocks(self) -> Sequence[JSON]:
        """Return its blocks as Slack shows them."""
        return self.payload.get("blocks") or []
