"""How far somebody has come in answering questions one by one; stored, so that a restart changes nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from workflows.ports.notes import Json

REMEMBERED_UPDATES = 30


class Screen(StrEnum):
    """What is shown now."""

    DECISION = "decision"
    QUESTION = "question"
    CELL = "cell"
    TABLE = "table"
    SUMMARY = "summary"
    CHANGE = "change"
    PREVIEW = "preview"
    ASK = "ask"
    MENU = "menu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`outcome` is the decision whose questions are asked; `at` is the question, `column` the cell of a row that is
    being filled, of the row `row` of the answer or of a new one below 0; `table` are rows that were typed or sent as a
    whole and are not added yet, `typed` is the name of a record of a `kind` that may be a known one; `step` is the
    number of the screen.

    `is_changing` is True while one answer is being changed and the summary comes next; `ask` is the action of a
    question that is answered in words; `revision` is that of the draft as it was shown, `mark` that of the answer to
    the question, `previewed` that of the preview; `menu` is what opened a menu of several pages, `found` the search in
    it; `waiting` is the form, as a note, that waits during such a question or menu; `seen` are the latest updates,
    which take effect once.
    """

    form: str = ""
    screen: Screen = Screen.QUESTION
    at: int = 0
    column: int = 0
    row: int = -1
    cells: Mapping[str, str] = field(default_factory=dict)
    table: list[Mapping[str, Any]] = field(default_factory=list)
    typed: str = ""
    kind: str = ""
    outcome: str = ""
    step: int = 0
    is_changing: bool = False
    month: str = ""
    ask: str = ""
    menu: str = ""
    found: str = ""
    page: int = 0
    revision: int = 0
    mark: str = ""
    previewed: str = ""
    waiting: Mapping[str, Any] = field(default_factory=dict)
    seen: tuple[str, ...] = ()

    @property
    def is_aside(self) -> bool:
        """Whether something is asked or offered that does not belong to a form."""
        return bool(self.ask or self.menu)

    @property
    def is_answering(self) -> bool:
        """Whether something is half written that would be lost, or taken for something else, at another screen."""
        return bool(self.ask) or (self.screen is Screen.CELL and any(self.cells.values()))

    def with_aside(self, *, ask: str = "", menu: str = "") -> "Progress":
        """Return the progress that asks or offers something while the form, if there is one, waits."""
        form = self.without_aside()
        waiting = {name: value for name, value in asdict(form).items() if name not in _OF_THE_WHOLE}
        screen = Screen.ASK if ask else Screen.MENU
        return replace(self.without_form(), screen=screen, ask=ask, menu=menu, waiting=waiting if form.form else {})

    def without_aside(self) -> "Progress":
        """Return the progress without the aside: in the form that waited, or in none."""
        if not self.is_aside:
            return self
        form = read_progress({**self.waiting, "seen": self.seen}) if self.waiting else None
        return self.without_form() if form is None else replace(form, step=self.step)

    def without_form(self) -> "Progress":
        """Return the progress outside any form; the updates that were seen stay known."""
        return Progress(step=self.step, seen=self.seen)

    def next_step(self, update_id: str) -> "Progress":
        """Return the progress after an update that led to a new screen."""
        return replace(self.after(update_id), step=self.step + 1)

    def after(self, update_id: str) -> "Progress":
        """Return the progress after an update that stayed at the same screen: its buttons go on working."""
        seen = self.seen if update_id in self.seen else (*self.seen, update_id)
        return replace(self, seen=seen[-REMEMBERED_UPDATES:])

    def to_note(self) -> Mapping[str, Json]:
        """Return the progress as a note."""
        return asdict(self)


_EMPTY = asdict(Progress())
_OF_THE_WHOLE = frozenset({"step", "waiting", "seen"})
"""The fields that do not belong to a waiting form."""


def read_progress(note: Json) -> Progress | None:
    """Return the progress of a note; None when there is none.

    From one that this version of the program cannot read only the step is kept, so that no old button fits by chance.
    """
    if not isinstance(note, Mapping):
        return None
    values: dict[str, Any] = dict(note)
    step = values.get("step")
    afresh = Progress(step=step if isinstance(step, int) else 0)
    try:
        read = Progress(**{**values, "screen": Screen(values["screen"]), "seen": tuple(values["seen"])})
    except (KeyError, TypeError, ValueError):
        return afresh
    return read if all(type(value) is type(_EMPTY[name]) for name, value in asdict(read).items()) else afresh
