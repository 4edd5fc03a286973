"""Windows and the Home tab: triggers, stacks, fields, what an acknowledgement does."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from . import CannotDo, Channel, HandClock, Person, SlackServer
from .calling import button, error_of, field, home, modal, option, plain, refusal, section
from .values import JSON

TEXT = {"type": "plain_text_input"}
CHOICE = {"type": "static_select", "options": [option("Юрлицо", "ul"), option("ИП", "ip")]}

Answering = Callable[[JSON], Awaitable[None]]


@pytest.fixture
async def asked(
    server: SlackServer, app: AsyncApp, socket: AsyncSocketModeHandler, anna: Person
) -> Callable[..., Awaitable[list[JSON]]]:
    """Open a window for Anna; every submission is kept and answered with the given acknowledgement."""

    async def ask(view: JSON, /, **answer: Any) -> list[JSON]:
        sent: list[JSON] = []

        @app.shortcut("new_case")
        async def on_shortcut(ack: Any, body: JSON, client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=view)

        @app.view("form")
        async def on_form(ack: Any, body: JSON) -> None:
            sent.append(body["view"])
            await ack(**answer)

        await anna.shortcut("new_case")
        await server.wait_for(lambda: anna.has_view)
        return sent

    return ask


def form(*blocks: JSON, **more: Any) -> JSON:
    return modal(*blocks, callback_id="form", **more)


async def test_every_kind_of_field_is_filled_by_its_label(
    asked: Callable[..., Awaitable[list[JSON]]], anna: Person
) -> None:
    ticks = [option("Паспорт", "p"), option("Устав", "u")]
    sent = await asked(
        form(
            field("Клиент", TEXT),
            field("Вид", CHOICE),
            field("Услуги", {"type": "multi_static_select", "options": ticks}),
            field("Дата", {"type": "datepicker"}),
            field("Документы", {"type": "checkboxes", "options": ticks}),
            field("Срочно", {"type": "radio_buttons", "options": [option("Да", "y")]}),
            field("Сумма", {"type": "number_input", "is_decimal_allowed": True}),
            field("Почта", {"type": "email_text_input"}),
            field("Сайт", {"type": "url_text_input"}),
            field("Файлы", {"type": "file_input", "filetypes": ["pdf"]}),
        )
    )
    values = {
        "Клиент": "<b>Ромашка & Co</b>",
        "Вид": "ИП",
        "Услуги": ["Устав"],
        "Дата": "2026-03-02",
        "Документы": ["Паспорт", "Устав"],
        "Срочно": "Да",
        "Сумма": "1200.50",
        "Почта": "a@b.ru",
        "Сайт": "https://inplat.example",
    }
    for label, value in values.items():
        await anna.fill(label, value)
    await anna.fill("Файлы", [("договор.pdf", b"%PDF")])
    assert {label: anna.view.value(label) for label in values} == values

    await anna.submit()

    state = sent[0]["state"]["values"]
    assert state["Клиент"]["Клиент"] == {"type": "plain_text_input", "value": "<b>Ромашка & Co</b>"}
    assert state["Вид"]["Вид"]["selected_option"]["value"] == "ip"
    assert [choice["value"] for choice in state["Документы"]["Документы"]["selected_options"]] == ["p", "u"]
    assert state["Дата"]["Дата"]["selected_date"] == "2026-03-02"
    assert state["Файлы"]["Файлы"]["files"][0]["name"] == "договор.pdf"
    assert not anna.has_view


async def test_what_the_client_refuses_never_reaches_the_app(
    asked: Callable[..., Awaitable[list[JSON]]], anna: Person
) -> None:
    sent = await asked(
        form(
            field("Клиент", {**TEXT, "min_length": 3, "max_length": 5}),
            field("Заметка", TEXT, optional=True),
            field("Штук", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
        )
    )
    with pytest.raises(CannotDo, match="5 characters"):
        await anna.fill("Клиент", "слишком длинно")
    with pytest.raises(CannotDo, match="Клиент"):
        await anna.fill("Кличка", "x")

    assert await anna.submit() is None
    required = "Please complete this required field."
    assert anna.view.errors == {"Клиент": required, "Штук": required}
    await anna.fill("Клиент", "ab")
    await anna.fill("Штук", "0")
    assert await anna.submit() is None
    assert anna.view.errors["Штук"] == "Please enter a number of at least 1."
    assert sent == []


async def test_errors_of_the_app_stand_under_their_fields(
    asked: Callable[..., Awaitable[list[JSON]]], anna: Person
) -> None:
    await asked(form(field("ИНН", TEXT)), response_action="errors", errors={"ИНН": "Не сходится"})
    await anna.fill("ИНН", "123")

    await anna.submit()

    assert anna.view.errors == {"ИНН": "Не сходится"}
    assert anna.troubles == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"другой": "x"}},
        {"response_action": "shout"},
        {"response_action": "update", "view": {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}}},
    ],
)
async def test_an_acknowledgement_that_slack_does_not_take_keeps_the_window_and_warns(
    asked: Callable[..., Awaitable[list[JSON]]], anna: Person, answer: JSON
) -> None:
    await asked(form(field("ИНН", TEXT)), **answer)
    await anna.fill("ИНН", "123")

    await anna.submit()

    assert anna.view.title == "Новое дело"
    assert anna.troubles[0].startswith("We had some trouble connecting. Try again?")


async def test_an_acknowledgement_can_show_another_page_or_push_one_or_end_all(
    server: SlackServer, app: AsyncApp, asked: Callable[..., Awaitable[list[JSON]]], anna: Person
) -> None:
    second = modal(section("x"), title="Вторая", callback_id="second")
    await asked(form(field("ИНН", TEXT)), response_action="push", view=second)
    third = modal(section("y"), title="Третья", callback_id="third")

    @app.view("second")
    async def on_second(ack: Any) -> None:
        await ack(response_action="update", view=third)

    @app.view("third")
    async def on_third(ack: Any) -> None:
        await ack(response_action="clear")

    await anna.fill("ИНН", "1")
    await anna.submit()
    assert [view.title for view in anna.views] == ["Новое дело", "Вторая"]
    await anna.submit()
    assert [view.title for view in anna.views] == ["Новое дело", "Третья"]
    await anna.submit()
    assert not anna.has_view


async def test_a_trigger_lives_three_seconds_and_is_used_once(
    server: SlackServer, client: AsyncWebClient, anna: Person, clock: HandClock
) -> None:
    view = modal(section("x"))
    first, late = (server.workspace.triggers.issue(anna.id) for _ in range(2))

    await client.views_open(trigger_id=first, view=view)
    assert await error_of(client.views_open(trigger_id=first, view=view)) == "exchanged_trigger_id"
    clock.advance(3.5)
    assert await error_of(client.views_open(trigger_id=late, view=view)) == "expired_trigger_id"
    assert await error_of(client.views_open(trigger_id="1.2.x", view=view)) == "invalid_trigger_id"


async def test_views_are_updated_by_id_or_external_id_while_their_hash_holds(
    server: SlackServer, client: AsyncWebClient, anna: Person
) -> None:
    view = modal(field("Клиент", TEXT), external_id="form-1")
    opened = (await client.views_open(trigger_id=server.workspace.triggers.issue(anna.id), view=view))["view"]
    await anna.fill("Клиент", "Ромашка")
    wider = modal(field("Клиент", TEXT), field("Вид", CHOICE), external_id="form-1")

    updated = (await client.views_update(external_id="form-1", view=wider, hash=opened["hash"]))["view"]

    assert anna.view.value("Клиент") == "Ромашка"
    assert updated["state"]["values"]["Клиент"]["Клиент"]["value"] == "Ромашка"
    old = client.views_update(view_id=opened["id"], view=view, hash=opened["hash"])
    assert await error_of(old) == "hash_conflict"
    assert await error_of(client.views_update(view_id="V404", view=view)) == "not_found"
    twin = client.views_open(trigger_id=server.workspace.triggers.issue(anna.id), view=view)
    assert await error_of(twin) == "duplicate_external_id"


async def test_a_stack_is_three_deep(app: AsyncApp, asked: Callable[..., Awaitable[list[JSON]]], anna: Person) -> None:
    def page(title: str) -> JSON:
        return modal(section("x"), title=title, callback_id=title)

    @app.view("2")
    async def on_second(ack: Any) -> None:
        await ack(response_action="push", view=page("3"))

    @app.view("3")
    async def on_third(ack: Any) -> None:
        await ack(response_action="push", view=page("4"))

    await asked(form(section("x"), title="1"), response_action="push", view=page("2"))
    for _ in range(3):
        await anna.submit()

    assert [view.title for view in anna.views] == ["1", "2", "3"]
    assert "push_limit_reached" in anna.troubles[0]
    assert anna.view.root_view_id == anna.views[0].id
    await anna.close()
    assert anna.view.title == "2"


async def test_a_view_that_breaks_a_limit_is_explained_and_does_not_cost_the_trigger(
    server: SlackServer, client: AsyncWebClient, anna: Person
) -> None:
    trigger = server.workspace.triggers.issue(anna.id)

    wrong = await refusal(client.views_open(trigger_id=trigger, view=modal(section("x"), title="x" * 25)))

    assert wrong["error"] == "invalid_arguments"
    assert wrong["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    await client.views_open(trigger_id=trigger, view=modal(section("x")))
    huge = modal(*[section("я" * 3000)] * 100)
    assert await error_of(client.views_open(trigger_id=trigger, view=huge)) == "view_too_large"


async def test_the_app_hears_of_a_closed_window_where_it_asked_to(
    server: SlackServer, app: AsyncApp, asked: Callable[..., Awaitable[list[JSON]]], anna: Person
) -> None:
    await asked(form(field("Клиент", TEXT), notify_on_close=True))
    closed: list[JSON] = []

    @app.view_closed("form")
    async def on_closed(ack: Any, body: JSON) -> None:
        closed.append(body)
        await ack()

    await anna.fill("Клиент", "Ром")
    await anna.close()

    assert closed[0]["view"]["callback_id"] == "form"
    assert closed[0]["view"]["state"] == {"values": {}}
    assert (closed[0]["is_cleared"], anna.has_view) == (False, False)


async def test_a_field_that_dispatches_tells_the_app_at_once(
    server: SlackServer, app: AsyncApp, asked: Callable[..., Awaitable[list[JSON]]], anna: Person
) -> None:
    await asked(form(field("Вид", CHOICE, dispatch_action=True)))

    @app.action("Вид")
    async def on_choice(ack: Any, body: JSON, client: AsyncWebClient) -> None:
        await ack()
        chosen = body["actions"][0]["selected_option"]["value"]
        wider = form(field("Вид", CHOICE, dispatch_action=True), field(f"Поле {chosen}", TEXT))
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=wider)

    await anna.fill("Вид", "ИП")

    await server.wait_for(lambda: "Поле ip" in anna.view.inputs)
    assert anna.view.value("Вид") == "ИП"


async def test_the_home_tab_is_published_opened_and_pressed(
    server: SlackServer, app: AsyncApp, socket: AsyncSocketModeHandler, client: AsyncWebClient, anna: Person
) -> None:
    @app.event("app_home_opened")
    async def on_home(event: JSON, client: AsyncWebClient) -> None:
        blocks = [section("*Мои задачи*"), {"type": "actions", "elements": [button("Взять", "claim", "7")]}]
        await client.views_publish(user_id=event["user"], view=home(*blocks))

    pressed: list[JSON] = []

    @app.action("claim")
    async def on_claim(ack: Any, body: JSON) -> None:
        pressed.append(body)
        await ack()

    await anna.open_home()
    await server.wait_for(lambda: anna.home)
    await anna.press(anna.home, "Взять")

    assert anna.home.plain == "Мои задачи\n[Взять]"
    assert pressed[0]["view"]["type"] == "home"
    assert "response_url" not in pressed[0]
    server.workspace.home_enabled = False
    assert await error_of(client.views_publish(user_id=anna.id, view=home())) == "not_enabled"


async def test_a_modal_cannot_be_published_nor_a_home_opened(
    server: SlackServer, client: AsyncWebClient, anna: Person, sales: Channel
) -> None:
    trigger = server.workspace.triggers.issue(anna.id)
    assert await error_of(client.views_open(trigger_id=trigger, view=home())) == "invalid_arguments"
    published = client.views_publish(user_id=anna.id, view=modal(section("x"), close=plain("Нет")))
    assert await error_of(published) == "invalid_arguments"


async def test_what_was_typed_stays_where_the_ids_stay_and_else_gives_way(
    asked: Callable[..., Awaitable[list[JSON]]], client: AsyncWebClient, anna: Person
) -> None:
    await asked(form(field("Клиент", TEXT), field("Кто", TEXT)))
    await anna.fill("Клиент", "Ромашка")
    await anna.fill("Кто", "Анна")

    ours = {**TEXT, "initial_value": "от нас"}
    changed = form(field("Клиент", ours), {**field("Кто", ours), "block_id": "another"})
    await client.views_update(view_id=anna.view.id, view=changed)

    assert (anna.view.value("Клиент"), anna.view.value("Кто")) == ("Ромашка", "от нас")
