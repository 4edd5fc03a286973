"""A small organisation, a process with every kind of way through it, and a case that is walked by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from workflows.definitions.expressions.compile import names_in
from workflows.domain import commands
from workflows.domain.case import Case, CaseIdentity, Task
from workflows.domain.compiled import Condition
from workflows.domain.decide import decide, open_case
from workflows.domain.decision import Decision, EarlierCase, Situation
from workflows.domain.definition import (
    ChecklistItem,
    Closing,
    End,
    Field,
    FieldType,
    LetterRule,
    Outcome,
    Reaction,
    Recipient,
    Stage,
    Target,
    WorkflowDefinition,
)
from workflows.domain.ids import (
    CaseId,
    DepartmentId,
    EndId,
    FieldName,
    ItemId,
    OutcomeId,
    PersonId,
    ProcessId,
    StageId,
    TaskId,
    TemplateName,
)
from workflows.domain.people import Department, Organisation, Person, Role
from workflows.domain.text import Text
from workflows.domain.visits.rework import HAND_BACK, REMARK

NOON = datetime(2024, 3, 4, 12, tzinfo=UTC)

BOARD, SALES, SUPPORT, DEVELOPMENT = (DepartmentId(d) for d in ("board", "sales", "support", "development"))
VERA, PAVEL, ANNA, IVAN = (PersonId(p) for p in ("vera", "pavel", "anna", "ivan"))
NIKOLAY, TATIANA, STEPAN, ROMAN, MARIA = (PersonId(p) for p in ("nikolay", "tatiana", "stepan", "roman", "maria"))

REACTION = Reaction(remind_after=timedelta(minutes=30), escalate_after=timedelta(hours=1))


def a_person(name: PersonId, *departments: DepartmentId, roles: frozenset[Role] = frozenset()) -> Person:
    """Build a person of the departments."""
    return Person(id=name, name=Text.same(name), post=Text.same("post"), departments=departments, roles=roles)


def a_department(name: DepartmentId, head: PersonId, parent: DepartmentId | None = None) -> Department:
    """Build a department."""
    return Department(id=name, title=Text.same(name), head=head, parent=parent, channel=Text.same(name))


def organisation(departments: tuple[Department, ...], people: tuple[Person, ...]) -> Organisation:
    """Build an organisation."""
    return Organisation(
        name=Text.same("Company"), departments={d.id: d for d in departments}, people={p.id: p for p in people}
    )


COMPANY = organisation(
    (
        a_department(BOARD, VERA),
        a_department(SALES, PAVEL, BOARD),
        a_department(SUPPORT, NIKOLAY, BOARD),
        a_department(DEVELOPMENT, ROMAN),
    ),
    (
        a_person(VERA, BOARD),
        a_person(PAVEL, SALES),
        a_person(ANNA, SALES),
        a_person(IVAN, SALES),
        a_person(NIKOLAY, SUPPORT),
        a_person(TATIANA, SUPPORT),
        a_person(STEPAN, SUPPORT),
        a_person(ROMAN, DEVELOPMENT),
        a_person(MARIA, roles=frozenset({Role.MANAGER})),
    ),
)
"""A board with Vera over sales (Pavel) and support (Nikolay); development (Roman) stands alone; Maria manages."""


def a_field(name: str, type_: FieldType = FieldType.TEXT, *, required: bool = False, **more: object) -> Field:
    """Build a field; *more* are its other attributes."""
    return Field(name=FieldName(name), type=type_, label=Text.same(name), required=required, **more)  # type: ignore[arg-type]  # tests name the attributes they need


def an_outcome(name: str, *targets: str, **more: object) -> Outcome:
    """Build an outcome that leads to stages and ends, each with a handover message of the same name."""
    to = tuple(Target(to=StageId(t), handover=TemplateName(f"to_{t}")) for t in targets)
    rest = {"requires": (), **more}
    return Outcome(id=OutcomeId(name), title=Text.same(name), targets=to, **rest)  # type: ignore[arg-type]  # as above


def a_stage(name: str, department: DepartmentId, *outcomes: Outcome, **more: object) -> Stage:
    """Build a stage."""
    rest = {"form": (), "checklist": (), **more}
    return Stage(id=StageId(name), title=Text.same(name), department=department, outcomes=outcomes, **rest)  # type: ignore[arg-type]  # as above


def an_item(name: str, *, required: bool = True) -> ChecklistItem:
    """Build a check-list item."""
    return ChecklistItem(id=ItemId(name), label=Text.same(name), required=required)


def a_process(*stages: Stage, ends: Mapping[str, Closing]) -> WorkflowDefinition:
    """Build a process that starts at the first stage."""
    return WorkflowDefinition(
        id=ProcessId("onboarding"),
        version="v1",
        title=Text.same("Onboarding"),
        prefix="ONB",
        start=stages[0].id,
        stages={stage.id: stage for stage in stages},
        ends={EndId(e): End(id=EndId(e), title=Text.same(e), closes=closes) for e, closes in ends.items()},
    )


def when(source: str, holds: Callable[[Mapping[str, object]], bool]) -> Condition:
    """Build a condition."""
    return Condition(source=source, holds=holds, names=names_in(source))


def _is_large(facts: Mapping[str, object]) -> bool:
    amount = facts.get("amount")
    return isinstance(amount, Decimal) and amount >= 1000


CLIENT, GOODS = FieldName("client"), FieldName("goods")

ONBOARDING = a_process(
    a_stage(
        "apply",
        SALES,
        an_outcome("submit", "catalogue", "module", requires=(CLIENT,)),
        an_outcome("large", "catalogue", "module", "audit", when=when("amount >= 1000", _is_large)),
        an_outcome("drop", "dropped"),
        form=(
            a_field("client", FieldType.CLIENT, required=True),
            a_field("amount", FieldType.MONEY),
            a_field("note", FieldType.LONG_TEXT),
        ),
        checklist=(an_item("greeted"),),
    ),
    a_stage(
        "catalogue",
        SUPPORT,
        an_outcome("entered", "testing", requires=(GOODS,)),
        an_outcome("nothing", "no_goods", needs_checklist=False),
        form=(
            a_field(
                "goods",
                FieldType.ROWS,
                columns=(a_field("title", required=True), a_field("price", FieldType.MONEY)),
            ),
        ),
        checklist=(an_item("prices_checked"), an_item("photos", required=False)),
        reaction=REACTION,
        due_after=timedelta(days=2),
    ),
    a_stage("module", DEVELOPMENT, an_outcome("ready", "acceptance", "testing"), form=(a_field("version"),)),
    a_stage("acceptance", SALES, an_outcome("accepted", "accepted")),
    a_stage(
        "testing",
        SUPPORT,
        an_outcome("passed", "live"),
        an_outcome("failed", "module", requires=(FieldName("findings"),)),
        an_outcome(
            "broken",
            "refused",
            letters=(LetterRule(template=TemplateName("sorry"), to=Recipient.CLIENT),),
        ),
        an_outcome("redo", "apply"),
        form=(a_field("findings"),),
        joins=(StageId("catalogue"), StageId("module")),
    ),
    a_stage("audit", BOARD, an_outcome("fine", "audited"), an_outcome("stop", "stopped")),
    ends={
        "dropped": Closing.CASE,
        "no_goods": Closing.BRANCH,
        "accepted": Closing.BRANCH,
        "audited": Closing.BRANCH,
        "live": Closing.CASE,
        "refused": Closing.CASE_AT_ONCE,
        "stopped": Closing.CASE_AT_ONCE,
    },
)
"""apply -> catalogue + module (+ audit); module -> acceptance + testing; testing joins catalogue and module."""

ROMASHKA = {"id": 7, "name": "Ромашка"}
GOODS_ROWS = [{"title": "Чай", "price": "100"}]


def raw(**values: object) -> dict[FieldName, object]:
    """Return the answers of a form by field name."""
    return {FieldName(name): value for name, value in values.items()}


@dataclass(slots=True, kw_only=True)
class Walk:
    """A case on its way: every command goes through `decide`, time moves by hand; `last` is the last decision."""

    case: Case
    last: Decision
    definition: WorkflowDefinition = ONBOARDING
    company: Organisation = COMPANY
    now: datetime = NOON
    decisions: list[Decision] = field(default_factory=list)

    def do(
        self,
        command: commands.TaskCommand | commands.CaseCommand,
        by: PersonId | None,
        earlier: EarlierCase | None = None,
    ) -> Decision:
        """Decide a command and store the result; a Refusal passes through."""
        situation = Situation(
            definition=self.definition, organisation=self.company, actor=by, now=self.now, earlier=earlier
        )
        self.last = decide(self.case, command, situation)
        self.case = self.last.case
        self.decisions.append(self.last)
        return self.last

    def let_pass(self, **span: int) -> None:
        """Move time on."""
        self.now += timedelta(**span)

    def task(self, stage: str) -> Task:
        """Return the latest visit to a stage."""
        task = self.case.latest(StageId(stage))
        assert task is not None, f"{stage} was never visited"
        return task

    def open_stages(self) -> list[str]:
        """Return the stages of the open tasks, in the order of their offers."""
        return [task.stage for task in self.case.open_tasks()]

    def claim(self, stage: str, by: PersonId) -> Decision:
        """Claim the latest visit to a stage."""
        return self.do(commands.ClaimTask(task_id=self.task(stage).id), by)

    def complete(self, stage: str, by: PersonId, outcome: str, **values: object) -> Decision:
        """Complete the latest visit to a stage."""
        done = commands.CompleteTask(task_id=self.task(stage).id, outcome=OutcomeId(outcome), values=raw(**values))
        return self.do(done, by)

    def finish(self, stage: str, by: PersonId, outcome: str, **values: object) -> Decision:
        """Claim the latest visit to a stage, tick its whole check list and complete it."""
        task = self.task(stage)
        if task.assignee is None:
            self.claim(stage, by)
        for item in self.definition.stages[StageId(stage)].checklist:
            self.do(commands.TickItem(task_id=task.id, item=item.id, done=True), by)
        return self.complete(stage, by, outcome, **values)

    def hand_back(self, stage: str, by: PersonId, remark: str = "", **values: object) -> Decision:
        """Finish rework by handing the work back to whoever returned it."""
        return self.finish(stage, by, HAND_BACK, **({REMARK: remark} if remark else {}), **values)

    def return_to(self, stage: str, by: PersonId, to: str, reason: str = "Не та цена") -> Decision:
        """Return the latest visit of a stage to another stage."""
        return self.do(commands.ReturnTask(task_id=self.task(stage).id, to=StageId(to), reason=reason), by)


def open_walk(
    outcome: str = "submit",
    by: PersonId | None = ANNA,
    definition: WorkflowDefinition = ONBOARDING,
    company: Organisation = COMPANY,
    **values: object,
) -> Walk:
    """Open case 1, `ONB-1`, with the client Romashka unless *values* say otherwise."""
    situation = Situation(definition=definition, organisation=company, actor=by, now=NOON)
    answers = raw(**(values or {"client": ROMASHKA}))
    command = commands.OpenCase(process=definition.id, outcome=OutcomeId(outcome), values=answers)
    decision = open_case(CaseIdentity(id=CaseId(1), number="ONB-1"), command, situation)
    return Walk(case=decision.case, last=decision, definition=definition, company=company, decisions=[decision])


def first_task(number: int) -> TaskId:
    """Name a task of case 1."""
    return TaskId(f"1.{number}")
