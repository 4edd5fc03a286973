"""Whether a stage can have no candidate: rules that name nobody or need not hold, four eyes of too few people."""

from collections.abc import Collection, Iterator, Sequence
from itertools import product

from workflows.definitions.building.who import department_of, kind_of, rules
from workflows.definitions.check.stages.who import named_rules
from workflows.definitions.problems import Problem
from workflows.definitions.read import schema, who_keys
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.yaml_text import Path
from workflows.domain.ids import DepartmentId, PersonId, StageId
from workflows.domain.people import Organisation, Role
from workflows.domain.text import Text
from workflows.domain.who import EVERYBODY, OPENER, WhoKind

Process = Parsed[schema.ProcessKeys]
People = frozenset[PersonId]

MOST_TRIED = 10_000
"""How many ways to share out the earlier stages are tried; more people than that are never too few."""

_HELD = {
    WhoKind.POST: Text(ru="никто не занимает должность", en="nobody has the post"),
    WhoKind.ROLE: Text(ru="ни у кого нет роли", en="nobody has the role"),
    WhoKind.SKILL: Text(ru="никто не умеет", en="nobody has the skill"),
}


def check_candidates(process: Process, organisation: Organisation) -> Iterator[Problem]:
    """Iterate over the stages that can be left without anybody; what they name exists."""
    known = _Possible(process.keys, organisation)
    for stage_id, stage in process.keys.stages.items():
        at: Path = ("stages", stage_id)
        wrong = [*_named_nobody(process, at, stage, organisation), *_need_not_hold(process, at, stage)]
        yield from wrong
        if not wrong and stage.but_not:
            yield from _too_few(process, stage_id, known)


def _named_nobody(process: Process, at: Path, stage: schema.StageKeys, organisation: Organisation) -> Iterator[Problem]:
    for path, rule in named_rules(at, stage):
        kind = kind_of(rule)
        if isinstance(rule, str) or kind not in _HELD:
            continue
        name = str(getattr(rule, kind))
        if name not in _listed(organisation, kind) or rule.department not in (None, *organisation.departments):
            # `check_named` has said so.
            continue
        if not any(_has(organisation, person, kind, rule) for person in organisation.people):
            what = _HELD[kind]
            ru, en = ("", "") if rule.department is None else (" в этом отделе", " in this department")
            yield process.problem(
                (*path, kind.value),
                f"{what.ru} «{name}»{ru}: задача всегда доставалась бы начальнику; "
                "добавьте это кому-нибудь в organisation.yaml или назовите других",
                f'{what.en} "{name}"{en}: the task would always be left to the head; '
                "give it to somebody in organisation.yaml or name others",
            )


def _listed(organisation: Organisation, kind: WhoKind) -> Collection[str]:
    """Return what the organisation lists of a kind."""
    match kind:
        case WhoKind.POST:
            return organisation.posts
        case WhoKind.ROLE:
            return [*Role, *organisation.roles]
    return organisation.skills


def _need_not_hold(process: Process, at: Path, stage: schema.StageKeys) -> Iterator[Problem]:
    """Iterate over lists of rules of which none has to hold."""
    told = Text(
        ru="если не выполнится ни одно условие, делать этап будет некому; добавьте последним правило без when",
        en="when no condition holds there is nobody to do the stage; add a last rule without when",
    )
    written = rules(stage)
    if written and all(_is_conditional(rule) for rule in written):
        yield process.problem((*at, "who"), told.ru, told.en)
    for path, rule in named_rules(at, stage):
        if isinstance(rule, schema.WhoKeys) and rule.of and all(_is_conditional(part) for part in rule.of):
            yield process.problem((*path, "of"), told.ru, told.en)


def _is_conditional(rule: who_keys.AnyRule | who_keys.AnyNamed) -> bool:
    return not isinstance(rule, str) and rule.when is not None


def _too_few(process: Process, stage_id: StageId, known: "_Possible") -> Iterator[Problem]:
    """Yield a problem where those whom four eyes bar can be everybody who may do the stage."""
    stage = process.keys.stages[stage_id]
    people = known.may_do(stage_id)
    barring = [process.keys.start if name == OPENER else StageId(name) for name in stage.but_not if name != stage_id]
    sharing = None if people is None else known.sharing(people, barring)
    if sharing is None:
        return
    ru = ", ".join(f"«{name}» — {person}" for name, person in sharing)
    en = ", ".join(f'"{name}": {person}' for name, person in sharing)
    yield process.problem(
        ("stages", stage_id, "but_not"),
        f"делать этот этап может стать некому, если другие сделают так: {ru}; добавьте людей или уберите лишнее из "
        "but_not",
        f"nobody may be left if these stages are done so: {en}; add people, or remove what is too much from but_not",
    )


def _has(organisation: Organisation, person: PersonId, kind: WhoKind, rule: who_keys.NamedKeys) -> bool:
    member, name = organisation.people[person], str(getattr(rule, kind))
    held = {WhoKind.POST: {member.holds}, WhoKind.ROLE: member.roles, WhoKind.SKILL: member.skills}[kind]
    return name in held and rule.department in (None, *member.departments)


class _Possible:
    """Who may come to do each stage of a process; None where that is not known from its file."""

    def __init__(self, keys: schema.ProcessKeys, organisation: Organisation) -> None:
        self._keys = keys
        self._organisation = organisation
        self._known: dict[StageId, People | None] = {}

    def may_do(self, stage_id: StageId) -> People | None:
        """Return those who may do a stage, and the heads over them."""
        if stage_id not in self._known:
            # A circle of `did` says nothing about itself.
            self._known[stage_id] = None
            self._known[stage_id] = self._found(stage_id)
        return self._known[stage_id]

    def sharing(self, people: People, stages: Sequence[StageId]) -> list[tuple[StageId, PersonId]] | None:
        """Return a way to share out *stages* so that everybody of *people* has one of them; None if there is none."""
        if len(people) > len(stages):
            return None
        choices = [sorted((self.may_do(stage) or frozenset()) & people) for stage in stages]
        ways = 1
        for choice in choices:
            ways *= max(len(choice), 1)
        if ways > MOST_TRIED:
            return None
        # A stage that none of them does may be done by anybody else.
        shared = [(stage, choice) for stage, choice in zip(stages, choices, strict=True) if choice]
        for chosen in product(*(choice for _, choice in shared)):
            if people <= set(chosen):
                return [(stage, person) for (stage, _), person in zip(shared, chosen, strict=True)]
        return None

    def _found(self, stage_id: StageId) -> People | None:
        stage = self._keys.stages.get(stage_id)
        if stage is None:
            return None
        written = rules(stage)
        if not written:
            department = department_of(stage)
            return None if department is None else self._of_department(department)
        found: set[PersonId] = set()
        for rule in written:
            named = self._named(rule, stage_id)
            if named is None:
                return None
            found |= named
        return frozenset(found)

    def _of_department(self, department: DepartmentId) -> People:
        return frozenset(p for p in self._organisation.people if self._organisation.is_candidate(p, department))

    def _named(self, rule: who_keys.AnyRule | who_keys.AnyNamed, stage_id: StageId) -> People | None:
        organisation, kind = self._organisation, kind_of(rule)
        if kind is None or (isinstance(rule, str) and rule == EVERYBODY):
            return frozenset(organisation.people) if rule == EVERYBODY else None
        if isinstance(rule, str):
            return self.may_do(self._keys.start)
        name = "" if kind is WhoKind.OF else str(getattr(rule, kind))
        people: People | None
        match kind:
            case WhoKind.DEPARTMENT:
                return self._of_department(DepartmentId(name))
            case WhoKind.HEAD:
                people = frozenset(organisation.heads(DepartmentId(name))[:1])
            case WhoKind.PERSON:
                people = frozenset({PersonId(name)})
            case WhoKind.DID:
                people = self.may_do(StageId(name))
            case WhoKind.POST | WhoKind.ROLE | WhoKind.SKILL:
                people = frozenset(p for p in organisation.people if _has(organisation, p, kind, rule))
            case WhoKind.OF if isinstance(rule, schema.WhoKeys):
                parts = [self._named(part, stage_id) for part in rule.of or ()]
                people = None if None in parts else frozenset[PersonId]().union(*(p for p in parts if p is not None))
            case _:
                people = None
        return None if people is None else self._with_heads(people)

    def _with_heads(self, people: People) -> People:
        organisation, found = self._organisation, set(people)
        for person in people:
            member = organisation.people.get(person)
            if member is not None:
                found.update(organisation.heads(member.departments[0]))
        return frozenset(found)
