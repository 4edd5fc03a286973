"""How far somebody is in answering questions one by one; kept among the drafts, so that a restart changes nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from workflows.domain.commands import RawValues
from workflows.domain.ids import FieldName

REMEMBERED_UPDATES = 30


class Screen(StrEnum):
    """What is shown now."""

    QUESTION = "question"
    CELL = "cell"
    SUMMARY = "summary"
    CHANGE = "change"
    PREVIEW = "preview"
    ASK = "ask"
    MENU = "menu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`at` is the question, `column` the cell of the row that is being filled; `step` counts what was shown.

    `is_changing` tells that one answer is being changed and the summary comes next; `ask` is the action of a question
    that is answered in words; `menu` is what opened a menu of several pages, `found` the words that narrow it down;
    `seen` are the latest updates, which take effect once.
    """

    form: str = ""
    screen: Screen = Screen.QUESTION
    at: int = 0
    column: int = 0
    cells: Mapping[str, str] = field(default_factory=dict)
    outcome: str = ""
    step: int = 0
    is_changing: bool = False
    month: str = ""
    ask: str = ""
    menu: str = ""
    found: str = ""
    page: int = 0
    seen: tuple[str, ...] = ()

    def next_step(self, update_id: str) -> "Progress":
        """Answer the progress after an update was answered with a new screen."""
        return replace(self, step=self.step + 1, seen=(*self.seen, update_id)[-REMEMBERED_UPDATES:])

    def written(self) -> RawValues:
        """Write the progress as a draft."""
        return {FieldName(name): value for name, value in asdict(self).items()}


_EMPTY = asdict(Progress())


def read_progress(draft: RawValues | None) -> Progress | None:
    """Read a progress back; None when there is none.

    Of one that this version of the program cannot read only the step is left, so that no old button fits by chance.
    """
    if draft is None:
        return None
    values: dict[str, Any] = {str(name): value for name, value in draft.items()}
    step = values.get("step")
    afresh = Progress(step=step if isinstance(step, int) else 0)
    try:
        read = Progress(**{**values, "screen": Screen(values["screen"]), "seen": tuple(values["seen"])})
    except (KeyError, TypeError, ValueError):
        return afresh
    return read if all(type(value) is type(_EMPTY[name]) for name, value in asdict(read).items()) else afresh
