"""Records in forms: found as people type, added, asked about when there is one like them, and kept up to date."""

from pathlib import Path

import pytest

from bot.actions import Verb
from bot.conversation.reply import ReplyKind
from tests.conversation.desk import Desk, ask_in, buttons_in, form_in, labels_in, menu_in, preview_in, said_in
from tests.conversation.test_interview import Chat
from tests.small_companies.records_and_services import PROCESS, company
from workflows.domain.ids import CaseId, FieldName, KindId, PersonId, RecordId
from workflows.domain.records import CLIENT, Record
from workflows.ports.unit_of_work import UnitOfWork

ANNA, STEPAN = PersonId("anna"), PersonId("stepan")
OBJECT = KindId("object")
FLOORS, KEYS_AT = FieldName("floors"), FieldName("keys_at")
WITHOUT_SERVICES = "\n".join(line for line in PROCESS.splitlines() if "service" not in line) + "\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    works = company(tmp_path, order=WITHOUT_SERVICES)
    return Desk(processes=list(works.definitions.values()), organisation=works.organisation, kinds=list(works.kinds))


async def add(desk: Desk, name: str, **values: object) -> Record:
    """Add a building to the base."""
    kind, now = desk.handler.definitions.kinds.known(OBJECT), desk.clock.now()

    def work(unit: UnitOfWork) -> RecordId:
        record = unit.add_record(kind, name, now, owner=ANNA)
        unit.update_record(kind, record.id, {FieldName(field): value for field, value in values.items()}, now)
        return record.id

    record_id = await desk.memory.transact(work)
    return record(desk, record_id)


def record(desk: Desk, record_id: int) -> Record:
    return desk.memory.rows.records.records[RecordId(record_id)]


async def opens(desk: Desk, **values: object) -> dict[FieldName, object]:
    """Open a case and return its facts."""
    form = form_in(await desk.says(ANNA, "/new"))
    reply = await desk.sends(ANNA, form, "send", **{"client": "Romashka", "object_floors": "2", **values})
    assert reply.case_id is not None, reply
    return dict(desk.case(reply.case_id).values)


async def test_a_record_is_found_by_its_name_and_a_new_one_is_added_with_what_the_form_says(desk: Desk) -> None:
    known = await add(desk, "Lenina 1")

    found = await opens(desk, object="lenina 1")
    added = await opens(desk, object="Mira 5", keys_at="caretaker", card="gold")

    assert found[FieldName("object")] == {"id": known.id, "name": "Lenina 1", "kind": "object"}
    new = added[FieldName("object")]
    assert isinstance(new, dict)
    assert new == {"id": new["id"], "name": "Mira 5", "kind": "object", "new": True}
    kept = record(desk, new["id"])
    assert (kept.number, kept.owner, kept.values) == ("OBJ-2", ANNA, {FLOORS: "2", KEYS_AT: "caretaker"})
    assert list(await desk.memory.cases_of_record(kept.id, 5)) == [CaseId(2)]
    (client,) = await desk.memory.records(CLIENT, "Romashka", 5)
    assert client.values == {FieldName("card_type"): "gold"}
    (change,) = await desk.memory.record_changes(client.id, 5)
    assert (change.by, change.case_id) == (ANNA, CaseId(2))


async def test_a_new_record_has_what_its_kind_requires(desk: Desk) -> None:
    await add(desk, "Lenina 1")
    form = form_in(await desk.says(ANNA, "/new"))

    lacking = form_in(await desk.sends(ANNA, form, "send", client="Romashka", object="Mira 5"))
    known = await desk.sends(ANNA, form, "send", client="Romashka", object="Lenina 1")

    assert [field.name for field in lacking.fields if field.problem] == ["object_floors"]
    assert not known.is_refusal
    assert [each.name for each in await desk.memory.records(OBJECT, "", 5)] == ["Lenina 1"]


async def test_what_is_typed_reaches_the_record_only_when_the_form_is_sent(desk: Desk) -> None:
    known = await add(desk, "Lenina 1", keys_at="porter")
    form = form_in(await desk.says(ANNA, "/new"))

    await desk.saves(ANNA, form, object="Lenina 1", keys_at="caretaker")
    await desk.saves(ANNA, form, client="Nobody", object="Mira 5")

    assert record(desk, known.id).values == {KEYS_AT: "porter"}
    assert list(desk.memory.rows.records.records) == [known.id]


async def test_a_chosen_record_shows_what_it_is_recognised_by_and_suggests_its_fields(desk: Desk) -> None:
    await add(desk, "Lenina 1", floors="5", keys_at="porter")
    form = form_in(await desk.says(ANNA, "/new"))

    await desk.saves(ANNA, form, object="Lenina 1")

    fields = {field.name: field for field in form_in(await desk.says(ANNA, "/new")).fields}
    assert fields[FieldName("object")].hint == "Floors: 5; Keys at: porter"
    assert fields[KEYS_AT].suggested == "porter"


async def test_one_of_several_records_of_a_name_is_chosen_by_what_the_control_writes(desk: Desk) -> None:
    await add(desk, "Lenina 1", keys_at="porter")
    second = await add(desk, "Lenina 1", keys_at="caretaker")

    chosen = await opens(desk, object=f"Lenina 1 · #{second.id}")
    third = await opens(desk, object="Lenina 1 · +")

    assert chosen[FieldName("object")] == {"id": second.id, "name": "Lenina 1", "kind": "object"}
    assert third[FieldName("object")] == {"id": 4, "name": "Lenina 1", "kind": "object", "new": True}


@pytest.mark.parametrize("typed", ["Lenina 1a", "lenena 1"])
async def test_a_person_is_asked_about_a_new_record_that_is_like_a_known_one(desk: Desk, typed: str) -> None:
    await add(desk, "Lenina 1a", floors="5")
    form = form_in(await desk.says(ANNA, "/new"))

    preview = preview_in(
        await desk.previews(ANNA, form, "send", client="Romashka", object=f"{typed} · +", object_floors="2")
    )

    assert preview.must_be_seen
    assert preview.doubts == (f"Building: “{typed}” is new, but there is one like it: Lenina 1a, OBJ-1, 5",)
    reply = await desk.confirms(ANNA, preview)
    assert reply.case_id is not None
    assert record(desk, 3).name == typed


async def test_nobody_is_asked_about_a_record_that_is_known_or_like_no_other(desk: Desk) -> None:
    await add(desk, "Lenina 1")
    form = form_in(await desk.says(ANNA, "/new"))

    for typed in ("Lenina 1", "Mira 5"):
        assert (
            preview_in(await desk.previews(ANNA, form, "send", client="R", object=typed, object_floors="2")).doubts
            == ()
        )


async def test_a_record_that_may_not_be_added_has_to_be_a_known_one(desk: Desk) -> None:
    await add(desk, "Lenina 1")
    await opens(desk, object="Lenina 1")
    task = desk.task(desk.case(CaseId(1)), "work")
    await desk.presses(STEPAN, desk.button(task, Verb.CLAIM))
    form = await desk.form_of(task, STEPAN)

    reply = await desk.sends(STEPAN, form, "done", other="Mira 5")

    field = next(field for field in form_in(reply).fields if field.name == "other")
    assert field.problem == "There is no “Mira 5” here, and none may be added. Choose one that is known."
    assert not (await desk.sends(STEPAN, form, "done", other="Lenina 1", floors="7")).is_refusal
    assert record(desk, 1).values == {FLOORS: "7"}


async def test_conditions_ask_for_parts_of_records_and_whether_they_are_new(desk: Desk) -> None:
    await add(desk, "Lenina 1")
    await opens(desk, object="Lenina 1")
    await opens(desk, object="Mira 5")
    await opens(desk, client="Lutik", object="Lenina 1", card="gold")
    taken = []
    for case_id in (1, 2, 3):
        task = desk.task(desk.case(CaseId(case_id)), "work")
        await desk.presses(STEPAN, desk.button(task, Verb.CLAIM))
        form = await desk.form_of(task, STEPAN)
        taken += [
            (case_id, outcome)
            for outcome in ("gift", "first")
            if not (await desk.sends(STEPAN, form, outcome)).is_refusal
        ]

    assert taken == [(2, "first"), (3, "gift")]


async def test_a_record_retired_under_a_running_case_stays_in_it_and_is_offered_no_more(desk: Desk) -> None:
    known = await add(desk, "Lenina 1")
    await opens(desk, object="Lenina 1")
    kind, now = desk.handler.definitions.kinds.known(OBJECT), desk.clock.now()
    await desk.memory.transact(lambda unit: unit.retire_record(kind, known.id, now, by=ANNA))

    task = desk.task(desk.case(CaseId(1)), "work")
    await desk.presses(STEPAN, desk.button(task, Verb.CLAIM))
    form = await desk.form_of(task, STEPAN)
    refused = await desk.sends(STEPAN, form, "done", other=f"Lenina 1 · #{known.id}")
    done = await desk.sends(STEPAN, form, "done", floors="3", other="")

    field = next(field for field in form_in(refused).fields if field.name == "other")
    assert field.problem == "“Lenina 1” is not in use any more. Choose another one."
    assert not done.is_refusal
    assert record(desk, known.id).values == {FLOORS: "3"}


async def test_a_record_merged_under_a_running_case_is_the_one_that_stands_for_it(desk: Desk) -> None:
    old, new = await add(desk, "Lenina 1"), await add(desk, "Lenina, 1", floors="9")
    await opens(desk, object=f"Lenina 1 · #{old.id}")
    kind, now = desk.handler.definitions.kinds.known(OBJECT), desk.clock.now()
    await desk.memory.transact(lambda unit: unit.retire_record(kind, old.id, now, by=ANNA, into=new.id))

    task = desk.task(desk.case(CaseId(1)), "work")
    await desk.presses(STEPAN, desk.button(task, Verb.CLAIM))
    form = await desk.form_of(task, STEPAN)
    await desk.sends(STEPAN, form, "done", other=f"Lenina 1 · #{old.id}")

    floors = next(field for field in form.fields if field.name == "floors")
    assert floors.suggested == "9"
    assert desk.case(CaseId(1)).values[FieldName("other")] == {"id": new.id, "name": "Lenina, 1", "kind": "object"}


async def test_one_types_a_part_of_the_name_and_chooses(desk: Desk) -> None:
    await add(desk, "Lenina 1", floors="5")
    chat = Chat(desk, ANNA)
    await chat.says("/new")
    await chat.says("Romashka")

    offered = await chat.says("lenena")
    assert labels_in(offered)[:2] == ["Lenina 1, OBJ-1, 5", "A new one: lenena"]
    chosen = await chat.presses(offered, "Lenina 1, OBJ-1, 5")

    draft = await desk.memory.draft("new:order:anna")
    assert draft is not None
    assert draft.answers[FieldName("object")] == {"id": 1, "name": "Lenina 1", "kind": "object"}
    assert "Keys at" in said_in(chosen)


async def test_one_adds_a_record_of_the_name_that_was_typed(desk: Desk) -> None:
    await add(desk, "Lenina 1")
    chat = Chat(desk, ANNA)
    await chat.says("/new")
    await chat.says("Romashka")

    await chat.presses(await chat.says("Lenina"), "A new one: Lenina")

    draft = await desk.memory.draft("new:order:anna")
    assert draft is not None
    assert draft.answers[FieldName("object")] == {"id": "new", "name": "Lenina", "kind": "object", "new": True}
    assert buttons_in(chat.last)


async def test_a_search_finds_records_of_every_kind_and_one_is_opened_from_there(desk: Desk) -> None:
    await add(desk, "Lenina 1", floors="5")
    await opens(desk, client="Lenin ltd", object="Lenina 1", keys_at="porter")

    found = await desk.says(ANNA, "/find lenin")
    assert "Client: Lenin ltd" in said_in(found)
    assert "Building: Lenina 1, OBJ-1, 5, porter" in said_in(found)
    opened = await desk.presses(ANNA, next(b for b in buttons_in(found) if b.label == "Building: Lenina 1"))

    said = said_in(opened)
    assert said.startswith("Building OBJ-1: Lenina 1\nFloors: 5\nKeys at: porter\nBelongs to: Anna\n")
    assert "ORD-1 · Lenin ltd" in said
    assert "today at 09:00, Anna: Keys at: — → porter" in said
    assert labels_in(opened) == ["ORD-1", "Correct"]
    assert (await desk.says(ANNA, "/find nothing")).is_refusal


async def test_somebody_corrects_a_record_and_what_was_there_stays_known(desk: Desk) -> None:
    known = await add(desk, "Lenina 1", floors="5")
    fields = menu_in(await desk.presses(STEPAN, f"base:{known.id}:0:edit"))
    assert [button.label for button in fields.buttons] == ["Floors", "Keys at"]
    ask = ask_in(await desk.presses(STEPAN, fields.buttons[0]))
    assert ask.prompt == "Floors. Now: 5. A dash empties it."

    wrong = await desk.answers(STEPAN, ask, "many")
    right = await desk.answers(STEPAN, ask, "7")
    emptied = await desk.answers(STEPAN, ask, "-")

    assert (wrong.kind, emptied.kind) == (ReplyKind.MENDABLE, ReplyKind.MENDABLE)
    assert "Floors: 5 → 7" in said_in(right)
    assert record(desk, known.id).values == {FLOORS: "7"}
    (change,) = await desk.memory.record_changes(known.id, 5)
    assert (change.by, change.case_id) == (STEPAN, None)


async def test_an_option_of_a_record_is_corrected_with_one_press(desk: Desk) -> None:
    await opens(desk, object="Mira 5", card="standard")
    options = menu_in(await desk.presses(STEPAN, "base:1:0:card_type"))

    await desk.presses(STEPAN, next(button for button in options.buttons if button.label == "Gold"))

    (client,) = await desk.memory.records(CLIENT, "Romashka", 5)
    assert client.values == {FieldName("card_type"): "gold"}


@pytest.mark.parametrize("action", ["base:99:0:", "base:x:0:", "base:1:0:nothing", "fix:1:0:floors=9", "fix:1:0:x=0"])
async def test_a_button_of_a_record_that_is_not_there_gets_a_sentence(desk: Desk, action: str) -> None:
    await add(desk, "Lenina 1", floors="5")

    assert (await desk.presses(ANNA, action)).is_refusal
    assert record(desk, 1).values == {FLOORS: "5"}


async def test_a_merged_record_opens_as_the_one_that_stands_for_it(desk: Desk) -> None:
    old, new = await add(desk, "Lenina 1"), await add(desk, "Lenina, 1", floors="9")
    kind, now = desk.handler.definitions.kinds.known(OBJECT), desk.clock.now()
    await desk.memory.transact(lambda unit: unit.retire_record(kind, old.id, now, by=ANNA, into=new.id))

    assert "Floors: 9" in said_in(await desk.presses(ANNA, f"base:{old.id}:0:"))


async def test_a_task_is_for_the_owner_of_the_record(tmp_path: Path) -> None:
    owned = WITHOUT_SERVICES.replace(
        "    department: support\n", "    department: support\n    who: [{owner: object}]\n"
    )
    works = company(tmp_path, order=owned)
    desk = Desk(processes=list(works.definitions.values()), organisation=works.organisation, kinds=list(works.kinds))
    await opens(desk, object="Mira 5")

    assert desk.task(desk.case(CaseId(1)), "work").candidates == (ANNA,)


async def test_a_client_is_new_to_the_case_that_adds_them_and_to_no_later_one(desk: Desk) -> None:
    first = await opens(desk, object="Lenina 1")
    second = await opens(desk, object="Lenina 1")

    client = first[FieldName("client")]
    assert isinstance(client, dict)
    assert client == {"id": client["id"], "name": "Romashka", "new": True}
    assert second[FieldName("client")] == {"id": client["id"], "name": "Romashka"}
