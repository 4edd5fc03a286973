"""Drafts that several windows write into: nobody overwrites what they do not know, and nothing is lost unsaid."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from workflows.domain.filling import Filling
from workflows.domain.forms.drafts import MOST_WINDOWS, NO_DRAFT, OUTCOME, Draft, mark, merge, tick_key
from workflows.domain.ids import FieldName, ItemId, OutcomeId

NAME, PHONE, DAY = FieldName("name"), FieldName("phone"), FieldName("day")
FIELDS = (NAME, PHONE, DAY)


@dataclass
class Window:
    """A window as somebody sees it: it reports all that stands in it, whatever was changed elsewhere."""

    name: str
    holds: dict[FieldName, object] = field(default_factory=lambda: dict.fromkeys(FIELDS, ""))
    shown: dict[str, str] = field(default_factory=lambda: {str(name): mark("") for name in FIELDS})
    at: int = 0

    def reports(self, *, confirms: bool = False, tells: bool = True, at: int = 0) -> Filling:
        """Return what the window reports now."""
        return Filling(
            values=dict(self.holds), shown=self.shown, window=self.name, at=at, tells=tells, confirms=confirms
        )

    def type(self, name: FieldName, answer: object) -> Filling:
        """Type an answer and return the report of it."""
        self.holds[name] = answer
        return self.reports()


def test_an_older_window_empties_nothing() -> None:
    new, old = Window("new"), Window("old")
    draft = merge(NO_DRAFT, new.type(NAME, "Ромашка")).draft

    merged = merge(draft, old.type(PHONE, "8"))

    assert merged.draft.answers == {NAME: "Ромашка", PHONE: "8"}
    assert merged.conflicts == ()


def test_an_answer_that_was_changed_elsewhere_is_asked_about_and_replaced_only_knowingly() -> None:
    one, other = Window("one"), Window("other")
    draft = merge(NO_DRAFT, one.type(NAME, "Ромашка")).draft

    asked = merge(draft, other.type(NAME, "Василёк"))
    assert (asked.conflicts, asked.draft.answers[NAME]) == ((NAME,), "Ромашка")
    other.holds[PHONE] = "8"
    typed_on = merge(asked.draft, other.reports())
    assert (typed_on.conflicts, typed_on.draft.answers) == ((), {NAME: "Ромашка", PHONE: "8"})

    confirmed = merge(typed_on.draft, other.reports(confirms=True))
    assert confirmed.draft.answers[NAME] == "Василёк"
    assert merge(confirmed.draft, one.reports()).draft.answers[NAME] == "Василёк"


def test_what_nobody_was_told_stays_a_conflict() -> None:
    one, other = Window("one"), Window("other")
    draft = merge(NO_DRAFT, one.type(NAME, "Ромашка")).draft
    other.holds[NAME] = "Василёк"

    for _ in range(2):
        untold = merge(draft, other.reports(tells=False))
        assert (untold.conflicts, untold.draft.answers[NAME]) == ((NAME,), "Ромашка")
        draft = untold.draft


def test_an_older_report_of_a_window_changes_nothing() -> None:
    window = Window("w")
    window.holds[NAME] = "а"
    older = window.reports(at=1)
    window.holds[NAME] = "абв"
    draft = merge(NO_DRAFT, window.reports(at=2)).draft

    assert merge(draft, older).draft == draft


def test_what_was_typed_and_taken_back_is_written_as_it_was() -> None:
    window = Window("w")
    draft = merge(NO_DRAFT, window.type(NAME, "Ромашк")).draft

    assert merge(draft, window.type(NAME, "")).draft.answers == {NAME: ""}


def test_a_report_received_again_changes_nothing() -> None:
    report = Window("w").type(NAME, "Ромашка")
    draft = merge(NO_DRAFT, report).draft

    assert merge(draft, report).draft == draft


def test_a_window_that_names_itself_not_writes_what_it_changed_if_it_knew_the_answer() -> None:
    draft = merge(NO_DRAFT, Filling(values={NAME: "Ромашка"})).draft

    known = merge(draft, Filling(values={NAME: "Лютик"}, shown={NAME: mark("Ромашка")}))
    unknown = merge(draft, Filling(values={NAME: "Лютик"}, shown={NAME: mark("")}))

    assert (known.draft.answers[NAME], known.conflicts) == ("Лютик", ())
    assert (unknown.draft.answers[NAME], unknown.conflicts) == ("Ромашка", (NAME,))


def test_the_decision_is_part_of_the_draft() -> None:
    chosen = Filling(outcome=OutcomeId("agreed"), shown={OUTCOME: mark(None)}, window="w")
    draft = merge(NO_DRAFT, chosen).draft
    other = Filling(outcome=OutcomeId("refused"), shown={OUTCOME: mark(None)}, window="v")

    assert (draft.outcome, draft.revision) == ("agreed", 1)
    assert merge(draft, other).conflicts == (OUTCOME,)
    assert merge(draft, other).draft.outcome == "agreed"


def test_only_the_items_that_were_ticked_in_a_window_are_set() -> None:
    seen, called = ItemId("seen"), ItemId("called")
    shown = {tick_key(seen): mark(False), tick_key(called): mark(False)}
    window = Filling(ticks={seen: True, called: False}, shown=shown, window="w")

    first = merge(NO_DRAFT, window, frozenset({called}))
    assert first.ticks == {seen: True}
    # Unticked elsewhere since: the window still shows the tick, which is no wish to set it.
    assert merge(first.draft, window, frozenset({called})).ticks == {}


def test_a_draft_remembers_a_bounded_number_of_windows() -> None:
    draft = NO_DRAFT
    for number in range(MOST_WINDOWS * 2):
        draft = merge(draft, Window(f"{number}").type(NAME, f"{number}")).draft

    assert len(draft.windows) == MOST_WINDOWS


def test_answers_that_mean_the_same_have_one_mark() -> None:
    assert mark("") == mark(None) == mark([]) == mark([{"a": ""}]) == mark(" ")
    assert mark({"id": 7, "name": "Ромашка"}) == mark("Ромашка")
    assert mark({"id": "f1", "name": "a.pdf"}) != mark({"id": "f2", "name": "a.pdf"})
    assert mark(False) != mark(None)


PRESSES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]), st.sampled_from(FIELDS), st.sampled_from(["", "1", "2", "3"]), st.booleans()
    ),
    max_size=40,
)


@given(PRESSES)
def test_every_answer_ends_as_the_last_knowing_change_says(presses: list[tuple[str, FieldName, str, bool]]) -> None:
    windows = {name: Window(name) for name in "abc"}
    draft, expected = Draft(), dict[FieldName, object]()
    for name, asked, answer, confirms in presses:
        window = windows[name]
        window.holds[asked] = answer
        before = draft.answers
        merged = merge(draft, window.reports(confirms=confirms))
        draft = merged.draft
        for each in FIELDS:
            is_changed = draft.answers.get(each, "") != before.get(each, "")
            if is_changed:
                # Only what stands in the window that reports is ever written, and only what was told or known replaced.
                assert draft.answers[each] == window.holds[each]
                assert each not in merged.conflicts
                expected[each] = window.holds[each]
        if not confirms and asked in merged.conflicts:
            # Said at once: what is typed here is not taken, and what is there stays.
            assert draft.answers.get(asked, "") == before.get(asked, "")
        if answer == "" and asked not in before:
            assert draft.answers.get(asked, "") == ""
    assert {name: answer for name, answer in draft.answers.items() if answer != ""} == {
        name: answer for name, answer in expected.items() if answer != ""
    }


@given(PRESSES)
def test_nothing_typed_is_lost_unsaid(presses: list[tuple[str, FieldName, str, bool]]) -> None:
    windows = {name: Window(name) for name in "abc"}
    draft = Draft()
    for name, asked, answer, confirms in presses:
        window, was = windows[name], windows[name].holds[asked]
        window.holds[asked] = answer
        merged = merge(draft, window.reports(confirms=confirms))
        draft = merged.draft
        if answer != was:
            told = draft.windows[name].told.get(asked)
            assert draft.answers.get(asked, "") == answer or asked in merged.conflicts or told == mark(answer)
