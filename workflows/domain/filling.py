"""What a window reports of a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.domain.ids import FieldName, ItemId, OutcomeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What a window reports of a form: answers, the decision (None: not asked there), items of the check list.

    `shown` are the marks (`drafts.mark`) of what the window last knew of the form, by key; what is not in it replaces
    whatever is there. A `window` that is named reports all that stands in it, changed or not, and the draft remembers
    what it wrote; `at` orders its reports (0: in the order in which they come). `tells` is True when the person will
    read about conflicts, `confirms` when they go on with answers that they were told about.
    """

    values: Mapping[FieldName, object] = field(default_factory=dict)
    outcome: OutcomeId | None = None
    ticks: Mapping[ItemId, bool] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    window: str = ""
    at: int = 0
    tells: bool = True
    confirms: bool = False
