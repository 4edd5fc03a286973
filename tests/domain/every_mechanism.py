"""Random processes that use every mechanism of the language, the cases of which open cases of each other."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from tests.domain.offices import BOARD, FINANCE, LEGAL, SALES, but_not, rule
from tests.domain.walk import REACTION, a_field, a_process, a_stage, an_item, an_outcome, when
from workflows.definitions.check.paths.soundness import explore
from workflows.domain.compiled import Condition
from workflows.domain.definition import (
    Approval,
    Closing,
    Default,
    EachRow,
    Field,
    FieldType,
    Handed,
    JoinNeed,
    Outcome,
    Rule,
    Stage,
    SubCase,
    Target,
    Verdict,
    VisitLimit,
    Work,
    WorkflowDefinition,
)
from workflows.domain.ids import EndId, FieldName, OutcomeId, ProcessId, StageId
from workflows.domain.text import Text
from workflows.domain.who import Offer, WhoRule

ENDS = {"over": Closing.CASE, "branch_over": Closing.BRANCH, "now": Closing.CASE_AT_ONCE}
FLAG = when("flag", lambda facts: facts.get("flag") is True)
NO_FLAG = when("not flag", lambda facts: facts.get("flag") is not True)
OBJECTS, PRICE, NOTE, SECRET, SCORE = (FieldName(n) for n in ("objects", "price", "note", "secret", "score"))
VERDICTS = (Verdict.APPROVE, Verdict.REJECT, Verdict.RETURN)
MOST_STATES = 400

CELLS = (a_field("price", FieldType.MONEY),)
ROWS = a_field("objects", FieldType.ROWS, columns=(a_field("address"),), gathered=CELLS)
FORM = (
    a_field("flag", FieldType.YES_NO),
    a_field("note", required=True),
    a_field("secret", show_when=FLAG),
    ROWS,
)
"""A secret is asked only where the flag is set; a note is always needed."""
RULES = st.one_of(
    st.just(rule("department", "legal")),
    st.just(rule("head", "sales")),
    st.just(rule("head_of", "opener")),
    st.just(rule("post", "lawyer")),
    st.just(rule("opener")),
    st.just(rule("role", "committee")),
    st.just(rule("did", "s0")),
    st.just(rule("of", of=(rule("person", "pavel"), rule("person", "lev"), rule("person", "kira", when=FLAG)))),
)
CHILD = ProcessId("child")


def _score(facts: Mapping[str, object]) -> object:
    """Return a number from what is known; None where a note is missing."""
    return None if facts.get("note") is None else Decimal(len(str(facts["note"])))


SCORED = (a_field("score", FieldType.NUMBER, default=Default(source="note|length", value=_score)),)


def child() -> WorkflowDefinition:
    """Return the process of the cases that others open: it ends in two ways, and may go round once more."""
    made = a_process(
        a_stage(
            "c0",
            LEGAL,
            an_outcome("fine", "feasible"),
            an_outcome("bad", "impossible"),
            an_outcome("again", "c1"),
            form=(a_field("note"), a_field("price", FieldType.MONEY)),
        ),
        a_stage("c1", FINANCE, an_outcome("back", "c0"), an_outcome("fine", "feasible")),
        ends={"feasible": Closing.CASE, "impossible": Closing.CASE_AT_ONCE},
    )
    return replace(made, id=CHILD, prefix="CHI")


@st.composite
def processes(draw: st.DrawFn) -> WorkflowDefinition:
    """Draw a process that is sound: whatever happens, a case can end."""
    definition = draw(_processes().filter(_is_sound))
    return replace(definition, id=ProcessId("parent"), prefix="PAR")


def _is_sound(definition: WorkflowDefinition) -> bool:
    found = explore(definition, most=MOST_STATES)
    return found.complete and found.endless is None and not found.stuck


@st.composite
def _processes(draw: st.DrawFn) -> WorkflowDefinition:
    names = [f"s{number}" for number in range(draw(st.integers(min_value=2, max_value=5)))]
    first, *rest = (draw(_stages(name, tuple(names))) for name in names)
    # A case is opened by anybody, at a plain stage that is always done.
    plain = {"work": None, "joins": (), "need": JoinNeed.ALL, "skip_when": None, "optional": False, "at_most": None}
    opening = replace(
        first,
        **plain,  # type: ignore[arg-type]  # what a first stage does not have
        form=FORM,
        who=(rule("everybody"),),
        but_not=but_not(),
        offer=Offer.CLAIM,
        outcomes=tuple(replace(outcome, verdict=None, when=None, requires=(NOTE,)) for outcome in first.outcomes),
    )
    return a_process(opening, *rest, ends=ENDS)


@st.composite
def _stages(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> Stage:
    places = st.sampled_from([*names, *ENDS])
    others = [each for each in names if each != name]
    work, form = draw(_works())
    least = 2 if isinstance(work, Approval) else 1
    outcomes = [draw(_outcomes(number, places)) for number in range(draw(st.integers(min_value=least, max_value=3)))]
    outcomes = [replace(outcome, requires=tuple(f.name for f in form if f.required)) for outcome in outcomes]
    if isinstance(work, Approval):
        outcomes = [replace(o, verdict=verdict) for o, verdict in zip(outcomes, VERDICTS, strict=False)]
    elif draw(st.integers(min_value=0, max_value=3)) == 0:
        # The last one is always open.
        outcomes = [*(replace(o, when=FLAG) for o in outcomes[:-1]), outcomes[-1]]
    joins = draw(st.lists(st.sampled_from(others), max_size=3, unique=True)) if draw(st.booleans()) else []
    needs = [JoinNeed.ALL, JoinNeed.BEGUN, 1, max(1, len(joins) - 1)]
    limit = VisitLimit(visits=2, otherwise=Target(to=StageId(draw(places))))
    who: list[WhoRule] = [draw(RULES)] if isinstance(work, Approval) or draw(st.booleans()) else []
    return a_stage(
        name,
        draw(st.sampled_from([SALES, LEGAL, FINANCE, BOARD])),
        *outcomes,
        form=form,
        work=work,
        who=tuple(who),
        but_not=but_not(*draw(st.lists(st.sampled_from(others), max_size=1)), opener=draw(st.booleans())),
        offer=Offer.CLAIM if isinstance(work, Approval) else draw(st.sampled_from(Offer)),
        joins=tuple(map(StageId, joins)),
        need=draw(st.sampled_from(needs)) if joins else JoinNeed.ALL,
        skip_when=draw(st.sampled_from([None, None, None, FLAG])),
        optional=draw(st.integers(min_value=0, max_value=3)) == 0,
        at_most=limit if draw(st.integers(min_value=0, max_value=4)) == 0 and limit.otherwise.to != name else None,
        checklist=(an_item("done"),) if draw(st.integers(min_value=0, max_value=3)) == 0 else (),
        reaction=REACTION if draw(st.booleans()) else None,
    )


@st.composite
def _outcomes(draw: st.DrawFn, number: int, places: st.SearchStrategy[str]) -> Outcome:
    """Draw an outcome; where every way has a condition, one of two opposite ones is always open."""
    to = draw(st.lists(places, min_size=1, max_size=3, unique=True))
    conditions: list[Condition | None] = [draw(st.sampled_from([None, None, FLAG, NO_FLAG])) for _ in to]
    if None not in conditions and not {FLAG, NO_FLAG} <= set(conditions):
        conditions[0] = None
    targets = tuple(Target(to=StageId(each), when=held) for each, held in zip(to, conditions, strict=True))
    name = f"o{number}"
    return Outcome(id=OutcomeId(name), title=Text.same(name), targets=targets, requires=())


@st.composite
def _works(draw: st.DrawFn) -> tuple[Work | None, tuple[Field, ...]]:
    """Draw how a visit has its tasks, with the form that belongs to it."""
    in_turn, need = draw(st.booleans()), draw(st.none() | st.integers(min_value=1, max_value=3))
    takes = {PRICE: PRICE} if draw(st.booleans()) else {}
    hands = (Handed(to=NOTE, fact=NOTE),)
    ends = {EndId("feasible"): OutcomeId("o0"), EndId("impossible"): OutcomeId("o0")}
    waits = SubCase(process=CHILD, hands=hands, takes=takes, ends=ends)
    goes_on = SubCase(process=CHILD, hands=hands, waits=False)
    veto = draw(st.sampled_from([None, rule("role", "committee")]))
    works: list[tuple[Work | None, tuple[Field, ...]]] = [
        (None, FORM),
        (None, FORM),
        (EachRow(rows=OBJECTS, in_turn=in_turn, need=need, until=draw(st.sampled_from([None, FLAG]))), CELLS),
        (EachRow(rows=OBJECTS, in_turn=in_turn, need=need, case=waits), CELLS),
        (EachRow(rows=OBJECTS, case=goes_on), ()),
        (Approval(in_turn=in_turn, need=need, veto=veto), ()),
        (Rule(needs=(NOTE,)), SCORED),
        (waits, CELLS),
        (goes_on, ()),
    ]
    return draw(st.sampled_from(works))
