"""The panel of a case, its files, the client base, and the messages that could not be delivered."""

import pytest

from bot.conversation.incoming import Commented
from tests.onboarding import STEPAN
from tests.web.tab import SERVER, Tab, Window
from workflows.domain.ids import CaseId, FileId, PersonId, case_of
from workflows.ports.chat import ChatAddress
from workflows.ports.unit_of_work import Announcement, KeptFile, OutboxKind
from workflows.usecases.keep_file import MAX_BYTES

NASTY = "<b>Ромашка & Co</b> *_{{x}}_*"
SHOWN = "&lt;b&gt;Ромашка &amp; Co&lt;/b&gt; *_{{x}}_*"


async def upload(
    window: Window, content: bytes, name: str = "%D0%B0.pdf", **headers: str
) -> tuple[int, dict[str, str]]:
    """Send a file as our script does; returns the status and the text of the response."""
    answer = await window.browser.post(
        f"/as/{window.person}/files",
        content=content,
        headers={
            "HX-Request": "true",
            "Origin": SERVER,
            "Accept": "application/json",
            "X-File-Name": name,
            **headers,
        },
    )
    return answer.status_code, answer.json()


async def test_the_panel_tells_where_the_case_stands_and_what_happened(tab: Tab) -> None:
    case = await tab.desk.hands_over_intake(NASTY)
    await tab.desk.comments(PersonId("anna"), case.id, f"Слово {NASTY}")
    window = await tab.window_of("anna")

    panel = (await window.get(f"/case/{case.id}", piece=True)).text

    assert case.number in panel
    assert NASTY not in panel
    assert f"Слово {SHOWN}" in panel
    assert "Письма" in panel
    assert "История и комментарии" in panel
    for task in case.open_tasks():
        assert tab.desk.handler.definitions.of(case.process, case.version).stages[task.stage].title.ru in panel


async def test_only_those_who_may_cancel_a_case_are_offered_to(tab: Tab) -> None:
    case = await tab.desk.opens_case()
    opener, stranger = await tab.window_of("anna"), await tab.window_of("tatiana")

    assert f"cancel:{case.id}:" in (await opener.get(f"/case/{case.id}", piece=True)).text
    assert f"cancel:{case.id}:" not in (await stranger.get(f"/case/{case.id}", piece=True)).text


async def test_the_panel_offers_what_the_viewer_may_do_and_cancelling_last(tab: Tab) -> None:
    case = await tab.desk.opens_case()
    member, head = await tab.window_of("tatiana"), await tab.window_of("nikolay")

    of_member, of_head = [(await each.get(f"/case/{case.id}", piece=True)).text for each in (member, head)]

    assert f"claim:{case.id}.2:" in of_member
    assert f"reassign:{case.id}.2:" not in of_member
    places = [of_head.index(f"{verb}:{case.id}") for verb in ("claim", "reassign", "cancel")]
    assert places == sorted(places)
    assert of_head.index("История и комментарии") < places[-1]


async def test_the_changing_part_of_the_panel_leaves_the_comment_box_alone(tab: Tab) -> None:
    case = await tab.desk.opens_case()
    window = await tab.window_of("anna")

    assert "comment-text" in (await window.get(f"/case/{case.id}", piece=True)).text
    assert "comment-text" not in (await window.get(f"/case/{case.id}?part=body", piece=True)).text


async def test_the_address_of_a_case_opens_the_page_with_its_panel(tab: Tab) -> None:
    case = await tab.desk.opens_case()
    window = await tab.window_of("anna")

    page = (await window.get(f"/case/{case.id}")).text

    assert "<!doctype html>" in page
    assert f'data-panel-case="{case.id}"' in page


@pytest.mark.parametrize("number", ["999", "abc"])
async def test_an_unknown_case_is_told_so(tab: Tab, number: str) -> None:
    window = await tab.window_of("anna")

    assert (await window.get(f"/case/{number}")).status_code == 404


async def test_the_letters_of_a_case_carry_the_version_of_their_template(tab: Tab) -> None:
    case = await tab.desk.opens_case()
    (letter, *_) = await tab.services.queries.letters(case.id)
    window = await tab.window_of("anna")

    panel = (await window.get(f"/case/{case.id}", piece=True)).text

    assert letter.template in panel
    assert letter.template_version[:12] in panel


async def test_clients_are_suggested_by_part_of_the_name(tab: Tab) -> None:
    await tab.desk.opens_case(NASTY)
    window = await tab.window_of("anna")

    assert SHOWN in (await window.get("/clients?q=ромаш", piece=True)).text
    assert "<option" not in (await window.get("/clients?q=", piece=True)).text


async def test_a_file_comes_back_as_an_attachment_whatever_it_is(tab: Tab) -> None:
    window = await tab.window_of("anna")

    status, kept = await upload(window, b"<script>alert(1)</script>", "..%2F..%2F%D0%BF%D0%BB%D0%B0%D0%BD.html")
    answer = await window.get(f"/files/{kept['id']}")

    assert status == 200
    assert kept["name"] == "план.html"
    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_file_at_the_limit_is_taken_and_one_beyond_is_refused(tab: Tab) -> None:
    window = await tab.window_of("anna")

    at_limit, _ = await upload(window, b"x" * MAX_BYTES)
    beyond, said = await upload(window, b"x" * (MAX_BYTES + 1))

    assert (at_limit, beyond) == (200, 413)
    assert "10 МБ" in said["text"]
    assert len(tab.desk.memory.rows.files) == 1


async def test_a_file_that_lies_about_its_length_is_stopped_while_it_comes(tab: Tab) -> None:
    window = await tab.window_of("anna")
    sent = 0

    async def endless() -> object:
        nonlocal sent
        while sent < 50:
            sent += 1
            yield b"x" * 1024 * 1024

    answer = await window.browser.post(
        "/as/anna/files",
        content=endless(),  # type: ignore[arg-type]  # httpx takes any asynchronous iterator of bytes
        headers={"HX-Request": "true", "Origin": SERVER, "Accept": "application/json", "X-File-Name": "a"},
    )

    assert answer.status_code == 413
    assert tab.desk.memory.rows.files == {}


@pytest.mark.parametrize(("content", "name", "status"), [(b"", "a", 422), (b"x", "", 400), (b"x", "%ff", 400)])
async def test_a_file_without_content_or_name_is_refused(tab: Tab, content: bytes, name: str, status: int) -> None:
    window = await tab.window_of("anna")

    assert (await upload(window, content, name))[0] == status


async def test_an_unknown_file_is_told_so(tab: Tab) -> None:
    window = await tab.window_of("anna")

    assert (await window.get("/files/nothing")).status_code == 404


async def test_a_file_of_a_comment_is_linked_by_its_name(tab: Tab) -> None:
    case = await tab.desk.opens_case()
    file = KeptFile(id=FileId("f1"), name="смета.xlsx", media_type="application/octet-stream", content=b"x")
    now = tab.desk.clock.now()
    await tab.services.storage.transact(lambda unit: unit.add_file(file, PersonId("anna"), now))
    await tab.desk.comes(PersonId("anna"), Commented(case_id=case.id, text="", files=(file.id,)))
    window = await tab.window_of("anna")

    panel = (await window.get(f"/case/{case.id}", piece=True)).text

    assert 'href="/as/anna/files/f1"' in panel
    assert "смета.xlsx" in panel


async def test_only_managers_and_administrators_see_what_could_not_be_delivered(tab: Tab) -> None:
    vera, anna = await tab.window_of("vera"), await tab.window_of("anna")

    assert (await vera.get("/undeliverable")).status_code == 200
    assert (await anna.get("/undeliverable")).status_code == 403
    assert (await anna.post("/undeliverable/1/retry")).status_code == 403
    assert "/undeliverable" not in (await anna.get("/chat/~")).text


async def test_a_manager_sends_an_undeliverable_message_again(tab: Tab) -> None:
    case = await tab.desk.opens_case()
    row = await set_aside(tab, case.id)
    vera = await tab.window_of("vera")

    listed = (await vera.get("/undeliverable")).text
    answer = await vera.post(f"/undeliverable/{row}/retry")

    assert "chat_closed" in listed
    assert answer.status_code == 200
    assert tab.woken == 1
    assert list(await tab.services.queries.undeliverable(10)) == []


async def set_aside(tab: Tab, case_id: CaseId) -> int:
    """Give up one message of the case; returns its row."""
    announcement = Announcement(chat=ChatAddress("web:#sales"), kind=OutboxKind.CARD, case_id=case_id)
    now = tab.desk.clock.now()
    await tab.services.storage.transact(lambda unit: unit.announce([announcement], now))
    row = max(tab.desk.memory.rows.outbox)
    await tab.services.storage.transact(lambda unit: unit.give_up(row, "chat_closed"))
    return row


async def test_a_letter_to_the_client_says_that_people_send_it_themselves(tab: Tab) -> None:
    task = await tab.desk.opens_claimed_case()
    window = await tab.window_of("anna")
    advice, panel = "отправьте клиенту сами", f"/case/{case_of(task.id)}"
    assert advice not in (await window.get(panel, piece=True)).text

    form = await tab.desk.form_of(task, STEPAN)
    await tab.desk.sends(STEPAN, form, "refused", refusal_reason="Риск")

    assert advice in (await window.get(panel, piece=True)).text
