"""What a reader sees of the chats, and what the stream sends to an open page."""

import re
from collections.abc import AsyncIterator

import pytest

from bot.rendering.language.i18n import Words, words_in
from bot.web.chat.news_stream import AT_A_STRETCH, Articles, stream
from bot.web.chat.pages import LATEST
from bot.web.html import FOLDER, Templates
from bot.web.hub import CaseChanged
from bot.web.sessions import Sessions
from bot.web.site import Site, Viewer
from bot.web.static import StaticFiles
from tests.web.tab import SERVER, Tab
from workflows.domain.ids import CaseId, FileId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import (
    Button,
    ChatAddress,
    Message,
    MessageGone,
    MessageId,
    Subject,
    Unreachable,
)
from workflows.usecases.sign_ins import SignIn

SALES, SUPPORT = ChatAddress("web:#sales"), ChatAddress("web:#support")


class CountingTemplates(Templates):
    """Counts what is rendered."""

    rendered = 0

    def render(self, template: str, words: Words, **values: object) -> str:
        self.rendered += 1
        return super().render(template, words, **values)


def templates_of(tab: Tab) -> CountingTemplates:
    services, static = tab.services, StaticFiles(FOLDER)
    return CountingTemplates(
        organisation=services.organisation,
        timezone=services.timezone,
        clock=services.clock,
        static_address=static.address,
    )


def viewer(tab: Tab, person: str) -> Viewer:
    return Viewer(
        person=tab.services.organisation.now.people[PersonId(person)],
        sign_in=SignIn(person=PersonId(person), epoch="", id=person),
        language=Language.RU,
        words=words_in(Language.RU),
        may_retry=False,
    )


def listening(tab: Tab, *people: str, known: str | None = None, heartbeat: float = 30) -> AsyncIterator[str]:
    """Open the stream of the pages of people in one browser, without the network in between."""
    templates = templates_of(tab)
    site = Site(
        services=tab.services, templates=templates, sessions=Sessions("secret", secure=True), static=StaticFiles(FOLDER)
    )
    known = tab.hub.last_id if known is None else known
    viewers = [viewer(tab, person) for person in people]
    return stream(site, viewers, Articles(templates), known=known, heartbeat=heartbeat)


async def test_a_person_lands_in_the_channel_of_their_own_department(tab: Tab) -> None:
    window = await tab.window_of("stepan")

    assert (await window.get("/")).headers["location"] == "/as/stepan/chat/support"


async def test_a_manager_whose_department_gets_no_cards_lands_on_the_overview(tab: Tab) -> None:
    window = await tab.window_of("vera")

    assert (await window.get("/")).headers["location"] == "/as/vera/chat/~"
    for piece in (False, True):
        assert "overview of vera" in (await window.get("/chat/~", piece=piece)).text
    assert "overview of vera" in (await window.get("/chat/~/messages", piece=True)).text
    assert "overview of vera" not in (await window.get("/chat/sales")).text


async def test_a_head_lands_in_the_channel_of_their_department_and_sees_no_overview(tab: Tab) -> None:
    window = await tab.window_of("pavel")

    assert (await window.get("/")).headers["location"] == "/as/pavel/chat/sales"
    assert "overview of" not in (await window.get("/chat/~")).text


async def test_channels_that_never_get_a_card_come_last_and_say_so(tab: Tab) -> None:
    window = await tab.window_of("vera")

    page = (await window.get("/chat/board")).text

    slugs = [part.split('"')[0] for part in page.split('data-slug="')[1:]]
    assert slugs == ["~", "sales", "support", "board", "development"]
    assert "получает карточек" in page
    assert "получает карточек" not in (await window.get("/chat/sales")).text


async def test_the_own_channels_come_first(tab: Tab) -> None:
    window = await tab.window_of("stepan")

    page = (await window.get("/chat/~")).text

    slugs = [part.split('"')[0] for part in page.split('data-slug="')[1:]]
    assert slugs[:2] == ["~", "support"]
    assert set(slugs[2:]) == {"board", "sales", "development"}


async def test_a_message_shows_in_the_language_of_its_reader(tab: Tab) -> None:
    await tab.says("web:#sales", "", Message(text="Здравствуйте"), Message(text="Hello"))
    anna, ivan = await tab.window_of("anna"), await tab.window_of("ivan")
    await tab.services.storage.transact(lambda unit: unit.set_language(PersonId("ivan"), Language.EN))

    assert "Здравствуйте" in (await anna.get("/chat/sales")).text
    english = (await ivan.get("/chat/sales")).text
    assert "Hello" in english
    assert 'lang="en"' in english
    assert "Other departments" in english


async def test_the_only_rendition_is_shown_to_everybody(tab: Tab) -> None:
    await tab.services.storage.transact(lambda unit: unit.set_language(PersonId("anna"), Language.EN))
    await tab.says("web:#sales", "Только по-русски")
    window = await tab.window_of("anna")

    assert "Только по-русски" in (await window.get("/chat/sales")).text


async def test_buttons_of_use_to_others_only_are_not_shown(tab: Tab) -> None:
    row = (
        Button(label="Взять", action="claim:1.1:1:"),
        Button(label="Переназначить", action="reassign:1.1:1:", people=frozenset({PersonId("pavel")})),
    )
    await tab.chat.post(SALES, {Language.RU: Message(text="дело", buttons=(row,))}, key="k", subject=Subject())
    anna, pavel = await tab.window_of("anna"), await tab.window_of("pavel")

    assert "Взять" in (await anna.get("/chat/sales")).text
    assert "Переназначить" not in (await anna.get("/chat/sales")).text
    assert "Переназначить" in (await pavel.get("/chat/sales")).text


async def test_the_files_of_a_message_are_linked(tab: Tab) -> None:
    with_file = Message(text="Смета", files=(FileId("f1"),))
    await tab.chat.post(SALES, {Language.RU: with_file}, key="k", subject=Subject())
    window = await tab.window_of("anna")

    assert 'href="/as/anna/files/f1"' in (await window.get("/chat/sales")).text


async def test_what_a_person_types_is_shown_letter_by_letter(tab: Tab) -> None:
    window = await tab.window_of("anna")

    await window.post("/say", text="<script>alert(1)</script> & co", update="22223333")

    page = (await window.get("/chat/~")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page
    assert "<script>alert" not in page


async def test_nobody_reads_the_private_chat_of_another(tab: Tab) -> None:
    anna, ivan = await tab.window_of("anna"), await tab.window_of("ivan")

    await anna.post("/say", text="только для меня", update="22223333")

    assert "только для меня" in (await anna.get("/chat/~")).text
    assert "только для меня" not in (await ivan.get("/chat/~")).text
    assert (await ivan.get("/chat/@anna")).status_code == 404


async def test_earlier_messages_are_fetched_page_by_page(tab: Tab) -> None:
    for number in range(1, LATEST + 3):
        await tab.says("web:#sales", f"сообщение {number}.")
    window = await tab.window_of("anna")

    page = (await window.get("/chat/sales")).text
    earlier = (await window.get("/chat/sales/messages?before=3", piece=True)).text

    assert "сообщение 2." not in page
    assert "сообщение 3." in page
    assert "messages?before=3" in page
    assert "сообщение 1." in earlier
    assert "сообщение 3." not in earlier
    assert "messages?before" not in earlier


async def test_a_page_is_whole_for_a_browser_and_a_piece_for_our_script(tab: Tab) -> None:
    window = await tab.window_of("anna")

    assert "<!doctype html>" in (await window.get("/chat/sales")).text
    assert "<!doctype html>" not in (await window.get("/chat/sales", piece=True)).text


async def test_a_new_message_reaches_the_open_page(tab: Tab) -> None:
    events = listening(tab, "anna")
    welcome = await anext(events)

    await tab.says("web:#support", "Карточка")
    told = await anext(events)

    assert welcome.startswith("event: welcome\n")
    assert told.startswith("event: chat\n")
    assert f"id: {tab.hub.last_id}\n" in told
    assert 'id="m1"' in told
    assert 'data-edit="0"' in told
    assert 'hx-swap-oob="true"' in told
    assert "Карточка" in told


async def test_a_burst_comes_in_pieces_so_that_it_holds_up_nobody(tab: Tab) -> None:
    events = listening(tab, "anna")
    await anext(events)

    for number in range(2 * AT_A_STRETCH + 1):
        await tab.says("web:#sales", f"сообщение {number}.")
    pieces = [await anext(events) for _ in range(3)]

    assert [piece.count("event: chat\n") for piece in pieces] == [AT_A_STRETCH, AT_A_STRETCH, 1]
    shown = [int(number) for number in re.findall(r"сообщение (\d+)\.", "".join(pieces))]
    assert shown == list(range(2 * AT_A_STRETCH + 1))


async def test_an_edit_carries_a_higher_count_so_that_the_newer_state_wins(tab: Tab) -> None:
    await tab.says("web:#sales", "Ждёт")
    events = listening(tab, "anna")
    await anext(events)

    await tab.chat.edit(SALES, MessageId("1"), {Language.RU: Message(text="Взято")}, subject=Subject())

    told = await anext(events)
    assert 'data-edit="1"' in told
    assert "Взято" in told


async def test_the_stream_is_silent_about_the_private_chats_of_others(tab: Tab) -> None:
    events = listening(tab, "ivan")
    await anext(events)

    await tab.says("web:@anna", "секрет")
    await tab.says("web:#sales", "для всех")

    told = await anext(events)
    assert "для всех" in told
    assert "секрет" not in told
    assert told.count("event:") == 1


async def test_a_message_is_rendered_once_for_all_who_see_the_same_of_it(tab: Tab) -> None:
    templates = templates_of(tab)
    articles = Articles(templates)
    claim = Button(label="Взять", action="claim:1.2:1")
    heads = Button(label="Передать", action="reassign:1.2:1", people=frozenset({PersonId("stepan")}))
    message = await tab.kept.post(
        SUPPORT,
        {Language.RU: Message(text="Карточка", buttons=((claim, heads),))},
        key="k",
        subject=Subject(),
        author=None,
        now=tab.desk.clock.now(),
    )

    told = {person: articles.event("n-1", message, viewer(tab, person)) for person in ("anna", "ivan", "stepan")}

    assert templates.rendered == 2
    assert "/as/ivan/press" in told["ivan"]
    assert told["ivan"].replace("ivan", "anna") == told["anna"]
    assert "Передать" not in told["anna"]
    assert "Передать" in told["stepan"]
    assert "somebody" not in "".join(told.values())


async def test_a_page_that_missed_something_is_told_to_read_anew(tab: Tab) -> None:
    rendered_at = tab.hub.last_id
    await tab.says("web:#sales", "между страницей и потоком")

    assert (await anext(listening(tab, "anna", known=rendered_at))).startswith("event: reload\n")


async def test_one_stream_brings_each_page_of_a_browser_what_is_for_its_person(tab: Tab) -> None:
    events = listening(tab, "anna", "ivan")
    await anext(events)

    await tab.says("web:@anna", "секрет")
    await tab.says("web:#sales", "для всех")
    told = await anext(events)
    tab.hub.publish(CaseChanged(case_id=CaseId(7)))

    secret, *for_all = [event for event in told.split("\n\n") if event]
    assert "секрет" in secret
    assert "\nfor: anna\n" in secret
    assert [re.findall(r"^for: (\w+)$", event, re.MULTILINE) for event in for_all] == [["anna"], ["ivan"]]
    assert all("для всех" in event for event in for_all)
    assert "\nfor:" not in await anext(events)


async def test_nobody_listens_for_others_without_what_their_page_was_given(tab: Tab) -> None:
    window = await tab.window_of("anna")
    page = (await window.get("/chat/~")).text
    (own,) = re.findall(r'data-listener="([^"]+)"', page)
    headers = {"HX-Request": "true", "Origin": SERVER, "Sec-Fetch-Site": "same-origin"}

    async def asks(listeners: object, headers: dict[str, str] = headers) -> int:
        asked = await tab.browser().post("/events", json={"listeners": listeners, "since": ""}, headers=headers)
        return asked.status_code

    tab.hub.close()
    assert await asks([own]) == 200
    assert await asks([own], {}) == 403
    assert await asks([]) == 401
    assert await asks([own, "ImFubmEi.forged.x"]) == 401
    assert await asks([own] * 51) == 400
    assert await asks("rubbish") == 400


async def test_the_pages_of_a_sign_in_that_ended_hear_nothing_more(tab: Tab) -> None:
    events = listening(tab, "anna", "ivan")
    await anext(events)

    await tab.sign_ins.end_all(PersonId("anna"))
    told = await anext(events)
    await tab.says("web:@anna", "секрет")
    await tab.says("web:#sales", "для всех")
    later = await anext(events)

    assert re.findall(r"^event: (.+)$\n(?:id: .+\n)for: (\w+)$", told, re.MULTILINE) == [("signed-out", "anna")]
    assert "секрет" not in later
    assert re.findall(r"^for: (\w+)$", later, re.MULTILINE) == ["ivan"]


async def test_a_stream_ends_with_the_last_sign_in_of_its_pages(tab: Tab) -> None:
    events = listening(tab, "anna")
    await anext(events)

    await tab.sign_ins.end_all(PersonId("anna"))

    assert ["signed-out" in event for event in [event async for event in events]] == [True]


async def test_a_page_that_comes_back_after_its_sign_in_ended_is_told_so(tab: Tab) -> None:
    await tab.sign_ins.end_all(PersonId("anna"))

    (told,) = [event async for event in listening(tab, "anna")]

    assert "event: signed-out" in told


async def test_the_news_of_a_case_names_it(tab: Tab) -> None:
    events = listening(tab, "anna")
    await anext(events)

    tab.hub.publish(CaseChanged(case_id=CaseId(7)))

    assert (await anext(events)).startswith("event: case\n")


async def test_a_silent_stream_is_kept_open_by_comments(tab: Tab) -> None:
    events = listening(tab, "anna", heartbeat=0.001)
    await anext(events)

    assert (await anext(events)).startswith(":")


async def test_the_stream_ends_when_the_server_stops(tab: Tab) -> None:
    events = listening(tab, "anna")
    await anext(events)
    tab.hub.close()

    assert [event async for event in events] == []


async def test_the_stream_is_an_event_stream_over_http(tab: Tab) -> None:
    window = await tab.window_of("anna")
    tab.hub.close()

    answer = await window.get("/events?since=old")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"


async def test_posting_the_same_key_again_answers_the_first_message(tab: Tab) -> None:
    first = await tab.chat.post(SALES, {Language.RU: Message(text="раз")}, key="k", subject=Subject())
    again = await tab.chat.post(SALES, {Language.RU: Message(text="раз")}, key="k", subject=Subject())

    assert first == again


@pytest.mark.parametrize("unknown", ["99", "not a number"])
async def test_editing_an_unknown_message_says_that_it_is_gone(tab: Tab, unknown: str) -> None:
    with pytest.raises(MessageGone):
        await tab.chat.edit(SALES, MessageId(unknown), {Language.RU: Message(text="x")}, subject=Subject())


async def test_an_unreachable_database_makes_the_chat_unreachable(tab: Tab) -> None:
    tab.kept.is_reachable = False

    with pytest.raises(Unreachable):
        await tab.chat.post(SUPPORT, {Language.RU: Message(text="x")}, key="k", subject=Subject())
    with pytest.raises(Unreachable):
        await tab.chat.edit(SUPPORT, MessageId("1"), {Language.RU: Message(text="x")}, subject=Subject())


@pytest.mark.parametrize(("person", "is_offered"), [("anna", True), ("roman", False)])
async def test_a_new_case_is_offered_to_those_who_may_open_one(tab: Tab, person: str, is_offered: bool) -> None:
    window = await tab.window_of(person)

    page = (await window.get("/chat/~")).text

    assert ("Новое дело" in page) is is_offered


async def test_a_card_is_an_article_named_by_its_heading_and_so_are_its_buttons(tab: Tab) -> None:
    text = "<b>ONB-4</b> · <b>ООО «Мёд» — сладкое</b> — Знакомство<br>Ждёт исполнителя"
    card = Message(text=text, buttons=((Button(label="Взять", action="claim:4.1:1:"),),))
    await tab.chat.post(SALES, {Language.RU: card}, key="card", subject=Subject(case_id=CaseId(4)))
    await tab.says(SALES, "<b>Очередь</b><br>Пусто")

    page = (await (await tab.window_of("anna")).get("/chat/sales")).text

    heading = '<h2 class="card-title" id="m1-title"><b>ONB-4</b> · <b>ООО «Мёд» — сладкое</b> — Знакомство</h2>'
    assert re.findall(r'<article id="(m\d)"[^>]*aria-labelledby="([^"]+)"', page) == [
        ("m1", "m1-title"),
        ("m2", "m2-head"),
    ]
    assert heading in page
    assert 'aria-label="Взять ONB-4, Знакомство"' in page
    assert '<div class="text">Ждёт исполнителя</div>' in page


async def test_the_page_knows_how_many_cards_wait_in_ones_own_channels(tab: Tab) -> None:
    await tab.desk.opens_case()
    stepan, anna = await tab.window_of("stepan"), await tab.window_of("anna")

    assert 'data-waiting="1"' in (await stepan.get("/chat/~")).text
    assert [(await window.get("/waiting")).json() for window in (stepan, anna)] == [{"count": 1}, {"count": 0}]


async def test_the_box_of_a_chat_says_what_it_takes(tab: Tab) -> None:
    page = (await (await tab.window_of("anna")).get("/chat/sales")).text

    (box,) = re.findall(r'<textarea id="composer-text"[^>]*>', page)
    assert 'placeholder="Команда или слова для поиска: /my, /status …"' in box
    assert "role=" not in box
