"""Building how a visit has several tasks: what `work:` says, and what the outcomes of an approval mean."""

from collections.abc import Mapping

from workflows.definitions.building.who import build_rule
from workflows.definitions.expressions.compile import compile_condition
from workflows.definitions.expressions.value_types import Names
from workflows.definitions.read import schema
from workflows.domain.definition import Approval, EachRow, Verdict, Work
from workflows.domain.ids import OutcomeId

VERDICTS: Mapping[str, Verdict] = {
    "approved": Verdict.APPROVE,
    "rejected": Verdict.REJECT,
    "returned": Verdict.RETURN,
}
"""What outcomes of these names mean where the file does not say it."""


def work_of(stage: schema.StageKeys, names: Names) -> Work | None:
    """Return how a visit to a stage has several tasks, None when it has one."""
    match stage.work:
        case schema.EachKeys() | schema.SubCaseKeys() as work if (rows := schema.rows_of(work)) is not None:
            return EachRow(
                rows=rows,
                in_turn=work.in_ is not None,
                need=None if work.need is None else int(work.need),
                until=None if work.until is None else compile_condition(work.until, names),
            )
        case schema.ApproveKeys() as work:
            return Approval(
                need=_needed(work.approve),
                in_turn=work.in_ is not None,
                veto=None if work.veto is None else build_rule(work.veto, names),
            )
    return None


def _needed(approve: str) -> int | None:
    if approve == "any":
        return 1
    return int(approve) if approve.isdecimal() else None


def verdict_of(stage: schema.StageKeys, outcome: OutcomeId) -> Verdict | None:
    """Return what an approver says with an outcome; None where nobody approves, or it is not known."""
    if not isinstance(stage.work, schema.ApproveKeys):
        return None
    return stage.outcomes[outcome].verdict or VERDICTS.get(outcome)
