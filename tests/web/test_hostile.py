"""What none of our pages sends: endless numbers, malformed parts, paths that lead elsewhere."""

from collections.abc import MutableMapping

import pytest

from tests.web.tab import SERVER, Tab

ENDLESS = "9" * 5_000


@pytest.mark.parametrize("number", [ENDLESS, "-1", "٣", "²", "1e9", ""])
async def test_a_row_without_a_number_is_unreadable(tab: Tab, number: str) -> None:
    window = await tab.window_of("anna")

    answer = await window.post("/form/save", {f"r:goods:{number}:name": "x"}, form="task:1.2")

    assert answer.status_code == 400
    assert tab.conversation.came == []


@pytest.mark.parametrize("case", [ENDLESS, "-1", "٣", "x"])
async def test_a_line_for_no_case_at_all_is_said_to_the_assistant(tab: Tab, case: str) -> None:
    window = await tab.window_of("anna")

    answer = await window.post("/say", text="Привет", case=case)

    assert answer.status_code == 200
    (came,) = tab.conversation.came
    assert type(came.intent).__name__ == "Said"


@pytest.mark.parametrize(
    "path",
    [
        f"/case/{ENDLESS}",
        "/case/-99999999999999999999999",
        "/case/٣",
        f"/chat/sales/messages?before={ENDLESS}",
        "/chat/sales/messages?before=-99999999999999999999999",
        "/files/%00",
        "/files/..%2f..%2fsecret_key",
        "/chat/%00",
        "/chat/nowhere",
    ],
)
async def test_an_address_that_leads_nowhere_is_answered_in_words(tab: Tab, path: str) -> None:
    window = await tab.window_of("anna")

    answer = await window.get(path)

    assert answer.status_code in (200, 404)
    assert "<html" in answer.text or "<article" in answer.text or answer.text.strip() == ""


@pytest.mark.parametrize("path", ["/static/x/../../handover.po", "/static/x/%2e%2e/%2e%2e/x", "/static/x//etc/passwd"])
async def test_static_files_are_only_ours(tab: Tab, path: str) -> None:
    assert (await tab.browser().get(path)).status_code == 404


async def test_a_page_that_is_left_while_it_sends_is_no_failure(tab: Tab) -> None:
    window = await tab.window_of("anna")
    cookies = "; ".join(f"{name}={value}" for name, value in window.browser.cookies.items())
    headers = {"host": "handover.example", "origin": SERVER, "hx-request": "true", "cookie": cookies}
    scope: dict[str, object] = {
        "type": "http",
        "method": "POST",
        "path": "/as/anna/form/foresee",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    sent: list[MutableMapping[str, object]] = []

    async def receive() -> MutableMapping[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, object]) -> None:
        sent.append(message)

    await tab.app(scope, receive, send)

    assert sent[0]["status"] == 400
    assert tab.conversation.foreseen == []


@pytest.mark.parametrize("update", ["", "short", "with a space", "press-0001\x00", "п" * 10, "a" * 65])
@pytest.mark.parametrize(
    "what", ["say", "press", "answer", "form/save", "form/preview", "form/foresee", "form/finish", "form/send"]
)
async def test_a_post_without_a_name_of_its_own_leaves_no_trace(tab: Tab, what: str, update: str) -> None:
    window = await tab.window_of("anna")

    answer = await window.post(f"/{what}", update=update, text="Привет", action="case:1:0:", form="task:1.2")

    assert answer.status_code == 400
    assert tab.conversation.came == []
    assert tab.kept.messages == []
