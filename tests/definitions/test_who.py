"""Whom a stage is for, as authors write it: what is built of it, and each mistake with its line and its cure."""

from dataclasses import dataclass

import pytest

from tests.definitions.pack import HERE, ORGANISATION, PROCESS, Pack
from workflows.definitions.load import load_company
from workflows.domain.definition import Stage
from workflows.domain.ids import ProcessId, StageId
from workflows.domain.text import Language
from workflows.domain.who import ButNot, Offer, WhoKind

PACKING = "    title: {ru: Сборка, en: Packing}\n    department: support\n"
INTAKE = "    title: {ru: Приём, en: Intake}\n    department: sales\n"
DELIVERY = "    title: {ru: Доставка, en: Delivery}\n    department: support\n"
LISTED = """\
posts: {fitter: {ru: монтажник, en: fitter}, cook: {ru: повар, en: cook}}
skills: {fibre: {ru: оптика, en: fibre}, law: {ru: право, en: law}}
roles: {committee: {ru: комитет, en: committee}}
"""


def write(pack: Pack, stage: str, keys: str, organisation: str = "") -> int:
    """Give a stage other keys; returns the line that HERE marks in its file."""
    known = ORGANISATION.replace("post: {ru: инженер, en: engineer}", "post: fitter\n    skills: [fibre]")
    pack.put("organisation.yaml", organisation or known + LISTED)
    title, _, department = stage.partition("\n")
    lines = keys.split("\n") if "department:" in keys else [department.strip(), *keys.split("\n")]
    text = PROCESS.replace(stage, title + "\n" + "".join(f"    {line}\n" for line in lines if line))
    line = text.count("\n", 0, text.index(HERE)) + 1 if HERE in text else 1
    pack.put("workflows/order.yaml", text.replace(HERE, ""))
    return line


def built(pack: Pack, name: str) -> Stage:
    """Return a stage as it is built."""
    return load_company(pack.folder).definitions[ProcessId("order")].stages[StageId(name)]


def test_the_rules_of_a_stage_are_built_in_order(pack: Pack) -> None:
    write(
        pack,
        PACKING,
        "department: support\n"
        "who:\n"
        '  - {when: kind == "small", post: fitter, department: sales}\n'
        "  - of: [{head_of: opener}, opener, {did: intake, when: visit > 1}]\n"
        "but_not: [paperwork, opener]\n"
        "offer: head",
    )

    stage = built(pack, "packing")

    first, second = stage.who
    assert (first.kind, first.name, first.department) == (WhoKind.POST, "fitter", "sales")
    assert first.when is not None
    assert [(part.kind, part.name) for part in second.of] == [
        (WhoKind.HEAD_OF, "opener"),
        (WhoKind.OPENER, ""),
        (WhoKind.DID, "intake"),
    ]
    assert (stage.but_not, stage.offer) == (ButNot(stages=(StageId("paperwork"),), opener=True), Offer.HEAD)


@pytest.mark.parametrize(("who", "department"), [("{department: sales}", "sales"), ("{head: support}", "support")])
def test_the_first_rule_may_say_the_department(pack: Pack, who: str, department: str) -> None:
    write(pack, DELIVERY, f"who: {who} # department:")

    assert built(pack, "delivery").department == department


def test_a_company_lists_its_posts_skills_and_roles(pack: Pack) -> None:
    write(pack, INTAKE, "who: everybody")

    organisation = load_company(pack.folder).organisation

    gleb = next(person for person in organisation.people.values() if person.holds)
    assert (gleb.holds, gleb.post.en, gleb.skills) == ("fitter", "fitter", frozenset({"fibre"}))
    assert (organisation.posts["cook"].ru, organisation.roles["committee"].en) == ("повар", "committee")


@dataclass(frozen=True)
class Slip:
    """A mistake in the keys of a stage, and the words that the problem must have."""

    story: str
    stage: str
    keys: str
    en: str
    ru: str

    def __str__(self) -> str:
        return self.story


SLIPS = [
    Slip("whose", DELIVERY, "who: opener # department: #HERE", "not said whose", "не сказано, чей этап"),
    Slip("two ways", PACKING, "who: {post: fitter, person: anna} #HERE", "exactly one key", "ровно одним ключом"),
    Slip("no way", PACKING, "who: [{when: visit > 1}, {head: sales}] #HERE", "exactly one key", "ровно одним ключом"),
    Slip("of what", PACKING, "who: {of: [opener], head: sales} #HERE", "exactly one key", "ровно одним ключом"),
    Slip("unknown post", PACKING, "who: {post: fiter} #HERE", 'did you mean "fitter"', "нет должности «fiter»"),
    Slip("unknown person", PACKING, "who: {person: ann} #HERE", 'did you mean "anna"', "нет человека «ann»"),
    Slip("unknown role", PACKING, "who: {role: boss} #HERE", 'no role "boss"', "нет роли «boss»"),
    Slip("unknown skill", PACKING, "who: {skill: fiber} #HERE", 'did you mean "fibre"', "нет умения «fiber»"),
    Slip("unknown head", PACKING, "who: {head: sale} #HERE", 'did you mean "sales"', "нет отдела «sale»"),
    Slip("unknown stage", PACKING, "who: {did: intak} #HERE", 'did you mean "intake"', "нет этапа «intak»"),
    Slip("head of a stage", PACKING, "who: {head_of: intak} #HERE", 'did you mean "intake"', "нет этапа «intak»"),
    Slip("unknown record", PACKING, "who: {owner: deal} #HERE", 'no field "deal"', "нет поля «deal»"),
    Slip("unknown field", PACKING, "who: {named_in: goods_by} #HERE", 'no field "goods_by"', "нет поля «goods_by»"),
    Slip("nobody in it", PACKING, "who: {named_in: kind} #HERE", "names nobody", "человека в нём нет"),
    Slip("before a case", INTAKE, "who: {named_in: kind} #HERE", "no case yet", "ещё нет ни дела"),
    Slip("unknown eyes", PACKING, "but_not: [opner] #HERE", 'did you mean "opener"', "нет этапа «opner»"),
    Slip("bad condition", PACKING, "who: [{when: knd == 1, head: sales}, opener] #HERE", "knd", "knd"),
    Slip("everybody later", PACKING, "who: everybody #HERE", "first stage", "только для первого этапа"),
    Slip("a case not open", INTAKE, "who: {did: packing} #HERE", "no case yet", "ещё нет ни дела"),
    Slip(
        "nothing to look at", INTAKE, "who: {when: visit > 1, head: sales} #HERE", "nothing for a", "не на что смотреть"
    ),
    Slip("eyes of the opener", INTAKE, "but_not: [opener] #HERE", "but_not means nothing", "but_not здесь ничего"),
    Slip("offer of the start", INTAKE, "offer: head #HERE", "offer means nothing", "offer здесь ничего"),
    Slip("word", PACKING, "who: anybody #HERE", "allowed: everybody, opener", "допустимо: everybody, opener"),
    Slip("offer", PACKING, "offer: round #HERE", "allowed: claim, head", "допустимо: claim, head"),
    Slip("post of nobody", PACKING, "who: {post: cook} #HERE", "nobody has the post", "никто не занимает должность"),
    Slip("skill of nobody", PACKING, "who: {skill: law} #HERE", "nobody has the skill", "никто не умеет"),
    Slip("role of nobody", PACKING, "who: {role: committee} #HERE", "nobody has the role", "ни у кого нет роли"),
    Slip(
        "role of nobody there",
        PACKING,
        "who: {role: manager, department: support} #HERE",
        "in this department",
        "в этом отделе",
    ),
    Slip(
        "conditions only",
        PACKING,
        "who: [{when: visit > 1, head: sales}] #HERE",
        "add a last rule without when",
        "добавьте последним правило без when",
    ),
    Slip(
        "conditions only in a list",
        PACKING,
        "who: {of: [{when: visit > 1, head: sales}]} #HERE",
        "add a last rule without when",
        "добавьте последним правило без when",
    ),
    Slip(
        "too few for four eyes",
        PACKING,
        "but_not: [intake, paperwork] #HERE",
        '"intake": anna, "paperwork": gleb',
        "«intake» — anna, «paperwork» — gleb",
    ),
]


@pytest.mark.parametrize("slip", SLIPS, ids=str)
def test_a_mistake_stands_alone_at_its_line_and_is_told_with_its_cure(slip: Slip, pack: Pack) -> None:
    line = write(pack, slip.stage, slip.keys)

    (problem,) = pack.problems()

    where = f"{pack.folder / 'workflows/order.yaml'}:{line}: "
    assert problem.in_(Language.EN).startswith(where)
    assert problem.in_(Language.RU).startswith(where)
    assert slip.en in problem.en
    assert slip.ru in problem.ru


PEOPLE = [
    ("post: fitter", "post: fiter #HERE", 'did you mean "fitter"', "нет должности «fiter»"),
    ("skills: [fibre]", "skills: [fiber] #HERE", 'did you mean "fibre"', "нет умения «fiber»"),
]


@pytest.mark.parametrize(("old", "new", "en", "ru"), PEOPLE, ids=["post", "skill"])
def test_what_a_person_has_is_listed(pack: Pack, old: str, new: str, en: str, ru: str) -> None:
    known = ORGANISATION.replace("post: {ru: инженер, en: engineer}", "post: fitter\n    skills: [fibre]") + LISTED
    damaged = known.replace(old, new)
    pack.put("organisation.yaml", damaged.replace(HERE, ""))
    line = damaged.count("\n", 0, damaged.index(HERE)) + 1

    (problem,) = pack.problems()

    assert problem.in_(Language.EN).startswith(f"{pack.folder / 'organisation.yaml'}:{line}: ")
    assert en in problem.en
    assert ru in problem.ru
