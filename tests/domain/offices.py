"""A company with posts, roles and skills, and cases of processes whose stages say whom they are for."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.domain.walk import NOON, a_department, a_field, a_process, a_stage, an_outcome, organisation
from workflows.domain import commands
from workflows.domain.candidates import Candidates
from workflows.domain.case import Case, CaseIdentity, Task
from workflows.domain.decide import decide, open_case
from workflows.domain.decision import Decision, Situation
from workflows.domain.definition import Closing, FieldType, Stage, WorkflowDefinition
from workflows.domain.facts.conditions import Parts
from workflows.domain.ids import CaseId, DepartmentId, FieldName, OutcomeId, PersonId, StageId
from workflows.domain.people import Organisation, Person
from workflows.domain.text import Text
from workflows.domain.who import ButNot, WhoKind, WhoRule

BOARD, SALES, LEGAL, FINANCE = (DepartmentId(d) for d in ("board", "sales", "legal", "finance"))
GENERAL, PAVEL, ANNA, IVAN = (PersonId(p) for p in ("general", "pavel", "anna", "ivan"))
OLGA, LEV, MARK, FAINA, KIRA = (PersonId(p) for p in ("olga", "lev", "mark", "faina", "kira"))


def somebody(
    name: PersonId, *departments: DepartmentId, holds: str | None = None, skills: str = "", roles: str = ""
) -> Person:
    """Build a person with a post, skills and roles, each of the latter as words."""
    return Person(
        id=name,
        name=Text.same(name),
        post=Text.same("post"),
        departments=departments,
        holds=holds,
        skills=frozenset(skills.split()),
        roles=frozenset(roles.split()),
    )


OFFICES = organisation(
    (
        a_department(BOARD, GENERAL),
        a_department(SALES, PAVEL, BOARD),
        a_department(LEGAL, OLGA, BOARD),
        a_department(FINANCE, FAINA, BOARD),
    ),
    (
        somebody(GENERAL, BOARD, holds="general_director", roles="manager"),
        somebody(PAVEL, SALES, roles="committee"),
        somebody(ANNA, SALES, skills="fibre"),
        somebody(IVAN, SALES),
        somebody(OLGA, LEGAL, holds="lawyer", roles="committee"),
        somebody(LEV, LEGAL, holds="lawyer", skills="fibre"),
        somebody(MARK, LEGAL),
        somebody(FAINA, FINANCE, holds="financial_director", roles="committee"),
        somebody(KIRA, FINANCE, LEGAL, holds="lawyer"),
    ),
)
"""The board over sales (Pavel, Anna, Ivan), legal (Olga, Lev, Mark) and finance (Faina, Kira, who is a lawyer too)."""


def rule(kind: str, name: str = "", **more: object) -> WhoRule:
    """Build a rule."""
    return WhoRule(kind=WhoKind(kind), name=name, **more)  # type: ignore[arg-type]  # tests name what they need


def but_not(*stages: str, opener: bool = False) -> ButNot:
    """Build what four eyes keep apart."""
    return ButNot(stages=tuple(map(StageId, stages)), opener=opener)


def approval(**last: object) -> WorkflowDefinition:
    """Return a process: a request of sales is checked by legal and approved by whom the attributes say."""
    more: dict[str, object] = {"department": FINANCE, **last}
    department = DepartmentId(str(more.pop("department")))
    start = more.pop("start", None)
    return a_process(
        start
        if isinstance(start, Stage)
        else a_stage(
            "ask", SALES, an_outcome("asked", "check"), form=(a_field("company", FieldType.CLIENT), a_field("deal"))
        ),
        a_stage("check", LEGAL, an_outcome("fine", "approve")),
        a_stage("approve", department, an_outcome("yes", "done"), an_outcome("again", "check"), **more),
        ends={"done": Closing.CASE},
    )


@dataclass(slots=True, kw_only=True)
class Office:
    """A case at work: each step is one command of one person."""

    definition: WorkflowDefinition
    company: Organisation = OFFICES
    case: Case = field(init=False)
    now: datetime = NOON
    records: dict[FieldName, Parts] = field(default_factory=dict)
    turns: dict[StageId, int] = field(default_factory=dict)
    loads: dict[PersonId, int] = field(default_factory=dict)

    def situation(self, actor: PersonId | None) -> Situation:
        """Return the situation of a command."""
        return Situation(
            definition=self.definition,
            organisation=self.company,
            actor=actor,
            now=self.now,
            records=self.records,
            turns=self.turns,
            loads=self.loads,
        )

    def open(self, by: PersonId = ANNA) -> Decision:
        """Open the case with the first outcome of its start stage."""
        identity = CaseIdentity(id=CaseId(1), number="ONB-1")
        outcome = self.definition.stages[self.definition.start].outcomes[0].id
        command = commands.OpenCase(process=self.definition.id, outcome=outcome, values={})
        decision = open_case(identity, command, self.situation(by))
        self.case = decision.case
        return decision

    def do(self, command: commands.TaskCommand, by: PersonId | None) -> Decision:
        """Decide a command a minute later."""
        self.now += timedelta(minutes=1)
        decision = decide(self.case, command, self.situation(by))
        self.case = decision.case
        return decision

    def task(self, stage: str) -> Task:
        """Return the latest task of a stage."""
        task = self.case.latest(StageId(stage))
        assert task is not None, f"{stage} has not begun"
        return task

    def claim(self, stage: str, by: PersonId) -> Decision:
        """Claim the latest task of a stage."""
        return self.do(commands.ClaimTask(task_id=self.task(stage).id), by)

    def give(self, stage: str, to: PersonId, by: PersonId) -> Decision:
        """Hand a task over."""
        return self.do(commands.ReassignTask(task_id=self.task(stage).id, to=to), by)

    def complete(self, stage: str, by: PersonId, outcome: str = "") -> Decision:
        """Complete a task with an outcome, the first of its stage by default."""
        chosen = OutcomeId(outcome) if outcome else self.definition.stages[StageId(stage)].outcomes[0].id
        return self.do(commands.CompleteTask(task_id=self.task(stage).id, outcome=chosen, values={}), by)

    def pass_check(self, by: PersonId = LEV) -> Decision:
        """Have somebody claim and complete the check."""
        self.claim("check", by)
        return self.complete("check", by)

    @property
    def candidates(self) -> Candidates:
        """Return who may have the tasks of the case."""
        return Candidates(case=self.case, definition=self.definition, organisation=self.company, records=self.records)


def at_approval(by: PersonId = ANNA, checker: PersonId = LEV, **last: object) -> Office:
    """Return a case whose approval has just been offered."""
    office = Office(definition=approval(**last))
    office.open(by)
    office.pass_check(checker)
    return office
