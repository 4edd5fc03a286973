"""A company pack read whole: its values, its versions, and what can be wrong with the folder itself."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.definitions.pack import ORGANISATION, PROCESS, Pack
from workflows.definitions.load import check_company, load_company, parse_process
from workflows.definitions.problems import CompanyProblems
from workflows.domain.clients import ClientAttribute
from workflows.domain.definition import FieldType, Recipient, TalkedAbout, WorkflowDefinition
from workflows.domain.ids import (
    DepartmentId,
    EndId,
    ItemId,
    PersonId,
    ProcessId,
    StageId,
    TemplateName,
)
from workflows.domain.people import Role
from workflows.domain.text import Language, Text

ORDER = ProcessId("order")


@pytest.fixture
def order(pack: Pack) -> WorkflowDefinition:
    return load_company(pack.folder).definitions[ORDER]


def test_a_good_company_has_no_problem(pack: Pack) -> None:
    assert pack.problems() == []


def test_a_company_may_write_in_one_language(pack: Pack) -> None:
    for path in pack.folder.rglob("*.yaml"):
        path.write_text(re.sub(r", en: [^}]*}", "}", path.read_text(encoding="utf-8")), encoding="utf-8")
    for path in pack.folder.rglob("*.en.j2"):
        path.unlink()

    assert pack.problems() == []

    company = load_company(pack.folder)
    assert company.organisation.name == Text.same("Ромашка")
    letters = company.letters
    assert letters.source(TemplateName("begun"), Language.EN) == letters.source(TemplateName("begun"), Language.RU)


def test_a_process_may_give_every_case_a_topic_of_its_own() -> None:
    assert parse_process(PROCESS, "order").talked_about is TalkedAbout.WITH_DEPARTMENT
    assert parse_process(PROCESS + "\ntopic: case\n", "order").talked_about is TalkedAbout.BY_ITSELF
    with pytest.raises(CompanyProblems, match="topic"):
        parse_process(PROCESS + "\ntopic: thread\n", "order")


def test_departments_and_people_become_the_organisation(pack: Pack) -> None:
    organisation = load_company(pack.folder).organisation

    assert organisation.name == Text(ru="Ромашка", en="Daisy")
    support = organisation.department(DepartmentId("support"))
    assert support.channel == support.title
    assert support.parent == "sales"
    gleb = organisation.person(PersonId("gleb"))
    assert gleb.departments == ("support", "sales")
    assert organisation.person(PersonId("anna")).roles == {Role.MANAGER}


def test_a_stage_becomes_what_its_keys_say(order: WorkflowDefinition) -> None:
    intake = order.stages[order.start]

    assert [field.name for field in intake.form] == ["client", "kind", "comment", "inn"]
    kind, inn = intake.form[1], intake.form[3]
    assert [option.id for option in kind.options] == ["small", "large"]
    assert inn.of_client is ClientAttribute.INN
    called = intake.item(ItemId("called"))
    assert called is not None
    assert called.required
    assert intake.reaction is not None
    assert intake.reaction.remind_after == timedelta(minutes=30)
    assert intake.reaction.escalate_after == timedelta(hours=2)
    assert intake.due_after == timedelta(days=3)
    assert order.stages[StageId("delivery")].joins == ("packing", "paperwork")


def test_an_outcome_asks_for_the_required_fields_unless_it_names_its_own(order: WorkflowDefinition) -> None:
    intake = order.stages[order.start]
    accepted, refused = intake.outcomes

    assert accepted.requires == ("client", "kind")
    assert accepted.needs_checklist
    assert [(t.to, t.handover) for t in accepted.targets] == [("packing", "begun"), ("paperwork", None)]
    assert refused.requires == ("client", "comment")
    assert not refused.needs_checklist
    assert [(letter.template, letter.to) for letter in refused.letters] == [("refusal", Recipient.CLIENT)]
    assert refused.targets[0].to == EndId("refused")


def test_a_field_from_another_stage_is_that_field_with_its_own_requirement(pack: Pack) -> None:
    pack.change("workflows/order.yaml", "comment: {from: intake}", "kind: {from: intake, required: false}")

    definition = load_company(pack.folder).definitions[ORDER]

    first, again = definition.stages[definition.start].form[1], definition.stages[StageId("paperwork")].form[1]
    assert again.type is FieldType.CHOICE
    assert (again.label, again.options) == (first.label, first.options)
    assert (first.required, again.required) == (True, False)


def test_words_that_yaml_takes_for_truth_or_numbers_stay_words(pack: Pack) -> None:
    pack.change("workflows/order.yaml", "{small: {ru: Малый, en: Small}", "{small: {ru: 010, en: No}")

    definition = load_company(pack.folder).definitions[ORDER]

    assert definition.stages[definition.start].form[1].options[0].label == Text(ru="010", en="No")


def test_the_version_is_that_of_the_meaning_not_of_comments_and_layout(pack: Pack, order: WorkflowDefinition) -> None:
    relaid = "# a comment\n" + PROCESS.replace("summary: [kind]", "summary:\n  - 'kind'")
    same = parse_process(relaid, "order")
    other = parse_process(PROCESS.replace("Заказ", "Заявка"), "order")

    assert same.version == order.version
    assert other.version != order.version


def test_a_stored_text_is_read_again_though_its_department_is_gone(pack: Pack) -> None:
    source = load_company(pack.folder).sources[ORDER]
    gone = source.text.replace("department: support", "department: closed_one")

    assert parse_process(source.text, "order").version == source.version
    assert parse_process(gone, "order").stages[StageId("packing")].department == "closed_one"
    with pytest.raises(CompanyProblems, match=r"order:\d+: "):
        parse_process(gone.replace("packing", "unpacking", 1), "order")


def test_a_letter_has_its_text_in_each_language_and_a_version_of_both(pack: Pack) -> None:
    refusal = TemplateName("refusal")
    before = load_company(pack.folder).letters
    pack.change("letters/refusal.en.j2", "Refusal", "Sorry")
    after = load_company(pack.folder).letters

    assert after.source(refusal, Language.EN).startswith("Sorry")
    assert after.source(refusal, Language.RU) == before.source(refusal, Language.RU)
    assert after.version(refusal) != before.version(refusal)
    assert after.version(TemplateName("begun")) == before.version(TemplateName("begun"))
    assert after.names() == ("begun", "delivered", "refusal")


def test_a_company_with_a_problem_is_not_loaded(pack: Pack) -> None:
    pack.change("workflows/order.yaml", "start: intake", "start: nowhere")

    with pytest.raises(CompanyProblems, match=r"order\.yaml:4: there is no stage"):
        load_company(pack.folder)


def test_problems_of_all_files_are_told_at_once_in_order(pack: Pack) -> None:
    pack.change("organisation.yaml", "head: gleb", "head: nobody")
    pack.change("letters/refusal.ru.j2", "{{ comment }}", "{{ comment }")
    pack.change("workflows/order.yaml", "due: 3d", "due: soon")

    files = [Path(problem.file).name for problem in pack.problems()]

    assert files == ["refusal.ru.j2", "organisation.yaml", "order.yaml"]


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (problem,) = check_company(tmp_path / "nowhere")

    assert problem.file == str(tmp_path / "nowhere")
    assert "give the folder of the company" in problem.en
    assert "укажите папку компании" in problem.ru


def test_an_empty_folder_has_neither_organisation_nor_processes(tmp_path: Path) -> None:
    problems = check_company(tmp_path)

    assert [(Path(p.file).name, p.line) for p in problems] == [("organisation.yaml", 1), ("workflows", 1)]
    assert "create it" in problems[0].en
    assert "создайте его" in problems[0].ru
    assert "describe one" in problems[1].en
    assert "опишите его" in problems[1].ru


def test_two_processes_may_share_neither_id_nor_number(pack: Pack) -> None:
    pack.put("workflows/zebra.yaml", PROCESS)

    first, second = pack.problems()

    assert (Path(first.file).name, first.line, second.line) == ("zebra.yaml", 1, 3)
    assert "order.yaml; write another value" in first.en
    assert "order.yaml; напишите здесь другое" in second.ru


def test_a_letter_is_missing_in_the_language_that_has_no_file(pack: Pack) -> None:
    (pack.folder / "letters/begun.en.j2").unlink()

    (problem,) = pack.problems()

    line = PROCESS[: PROCESS.index("handover: begun")].count("\n") + 1
    assert (Path(problem.file).name, problem.line) == ("order.yaml", line)
    assert f"create the file {pack.folder / 'letters/begun.en.j2'}" in problem.en
    assert "создайте файл" in problem.ru


def test_a_letter_file_without_a_language_is_told(pack: Pack) -> None:
    pack.put("letters/notes.j2", "Notes\n\nbody\n")

    (problem,) = pack.problems()

    assert "call it like notes.en.j2" in problem.en
    assert "вроде notes.ru.j2" in problem.ru


def test_a_file_in_another_encoding_is_told_at_the_line_of_the_first_wrong_byte(pack: Pack) -> None:
    (pack.folder / "organisation.yaml").write_bytes(b"# ok\n" + ORGANISATION.encode("cp1251"))

    (problem,) = pack.problems()

    assert problem.line == 2
    assert "save it as UTF-8" in problem.en
    assert "сохраните его в UTF-8" in problem.ru


def test_a_byte_order_mark_does_no_harm(pack: Pack) -> None:
    (pack.folder / "workflows/order.yaml").write_bytes(PROCESS.encode("utf-8-sig"))

    assert pack.problems() == []


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("", "describe a process"),
        ("# nothing\n", "describe a process"),
        ("- a\n- b\n", "needs keys with values"),
        ("words\n", "needs keys with values"),
        ("a: " + "[" * 100_000, "levels deep"),
        ("- " * 100_000, "levels deep"),
        ("a: b\n" * 200_000, "shorten it"),
        ("x" * 3_000_000, "shorten it"),
    ],
)
def test_a_file_that_is_no_process_is_told_in_one_line(text: str, cure: str, pack: Pack) -> None:
    pack.put("workflows/order.yaml", text)

    (problem,) = pack.problems()

    assert problem.line == 1
    assert cure in problem.en


def test_departments_in_a_circle_are_told_once(pack: Pack) -> None:
    pack.put("organisation.yaml", ORGANISATION.replace("head: anna", "head: anna\n    parent: support"))

    (problem,) = pack.problems()

    assert problem.line == 6
    assert "remove the parent of one" in problem.en
    assert "уберите parent" in problem.ru


CLIENT = "      client: {type: client, label: {ru: Клиент, en: Client}, required: true}\n"


def test_without_a_client_neither_its_base_is_kept_nor_a_letter_sent(pack: Pack) -> None:
    text = PROCESS.replace(CLIENT, "").replace("[client, comment]", "[comment]")
    pack.put("workflows/order.yaml", text)

    kept, sent = pack.problems()

    assert kept.line == text[: text.index("of_client")].count("\n") + 1
    assert 'add a field of type client to the form of "intake"' in kept.en
    assert "добавьте поле типа client в форму этапа «intake»" in kept.ru
    assert sent.line == text[: text.index("letters:")].count("\n") + 1
    assert "there is no client to write to; add a field of type client" in sent.en
    assert "письмо некому отправить; добавьте поле типа client" in sent.ru


def test_the_client_is_chosen_when_the_case_is_opened(pack: Pack) -> None:
    signed = "      signed: {type: date"
    text = PROCESS.replace(CLIENT, "").replace("[client, comment]", "[comment]").replace(signed, CLIENT + signed)
    pack.put("workflows/order.yaml", text)

    (problem,) = pack.problems()

    assert problem.line == text[: text.index(CLIENT)].count("\n") + 1
    assert 'move "client" to the form of "intake"' in problem.en
    assert "перенесите «client» в форму этапа «intake»" in problem.ru
