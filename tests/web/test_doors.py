"""Coming in: the picker, one-time links, sessions, and what a foreign page cannot do."""

import pytest

from bot.web.addresses import WEB
from tests.web.tab import SERVER, Tab
from workflows.domain.ids import PersonId

COOKIE = "handover_demo_inplat_session"
FROM_OUR_PAGE = {"HX-Request": "true", "Origin": SERVER, "Sec-Fetch-Site": "same-origin"}


async def test_the_picker_shows_everybody_with_post_and_the_heads(tab: Tab) -> None:
    page = await tab.browser().get("/")

    assert page.status_code == 200
    for person in tab.desk.organisation.people.values():
        assert f'href="/pick/{person.id}"' in page.text
    assert "начальник" in page.text


async def test_the_picker_says_who_begins(tab: Tab) -> None:
    page = await tab.browser().get("/")

    assert "С кого начать: «Подключение клиента» — Анна Соколова, Иван Кузнецов; «Жалоба» —" in page.text


async def test_picking_somebody_sets_a_cookie_for_their_pages_alone(tab: Tab) -> None:
    picked = await tab.browser().get("/pick/anna")

    cookie = picked.headers["set-cookie"]
    assert picked.headers["location"] == "/as/anna/"
    assert "Path=/as/anna" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" in cookie


async def test_the_cookie_goes_over_plain_http_where_there_is_no_https() -> None:
    picked = await Tab(public_url=None).browser().get("/pick/anna")

    assert "Secure" not in picked.headers["set-cookie"]


async def test_the_picker_leads_to_the_other_companies_of_the_demonstration(tab: Tab) -> None:
    browser = tab.browser()
    page = await browser.get("/")
    bank = await browser.get("/companies/bank")

    assert '<a class="sample" href="/companies/inplat" aria-current="page">ИнПлат</a>' in page.text
    assert '<a class="sample" href="/companies/bank">Банк</a>' in page.text
    assert bank.headers["location"] == f"{SERVER}:8123/"
    assert (await browser.get("/companies/nowhere")).status_code == 404


async def test_outside_the_demonstration_nobody_can_pick(tab: Tab) -> None:
    serious = Tab(demo=False)

    assert (await serious.browser().get("/pick/anna")).status_code == 404
    page = await serious.browser().get("/")
    assert "/pick/" not in page.text
    assert "одноразовая ссылка" in page.text


async def test_one_browser_can_be_two_people_in_two_windows(tab: Tab) -> None:
    window = await tab.window_of("anna")
    await window.browser.get("/pick/stepan")

    for person, name in (("anna", "Анна"), ("stepan", "Степан")):
        page = await window.browser.get(f"/as/{person}/chat/~")
        assert page.status_code == 200
        assert name in page.text


@pytest.mark.parametrize("path", ["/as/stepan/chat/~", "/as/stepan/events", "/as/stepan/case/1", "/as/stepan/"])
async def test_the_session_of_one_person_opens_no_page_of_another(tab: Tab, path: str) -> None:
    window = await tab.window_of("anna")
    cookie = next(cookie for cookie in window.browser.cookies.jar if cookie.name == COOKIE)

    page = await tab.browser().get(path, headers={"Cookie": f"{cookie.name}={cookie.value}"})

    assert page.status_code == 401
    assert "не выполнен вход" in page.text or "войдите" in page.text.lower()


async def test_a_forged_session_is_refused(tab: Tab) -> None:
    page = await tab.browser().get("/as/anna/chat/~", headers={"Cookie": f"{COOKIE}=ImFubmEi.forged.x"})

    assert page.status_code == 401


async def test_a_copied_session_is_worth_nothing_after_its_owner_has_signed_out(tab: Tab) -> None:
    window, other = await tab.window_of("anna"), await tab.window_of("anna")
    copied = {"Cookie": f"{COOKIE}={window.browser.cookies[COOKIE]}"}
    assert (await tab.browser().get("/as/anna/chat/~", headers=copied)).status_code == 200

    await window.post("/leave")

    assert (await tab.browser().get("/as/anna/chat/~", headers=copied)).status_code == 401
    assert (await other.get("/chat/~")).status_code == 200


async def test_all_sessions_of_a_person_end_together_and_the_way_back_is_a_new_one(tab: Tab) -> None:
    windows = [await tab.window_of(person) for person in ("anna", "anna", "ivan")]

    await tab.sign_ins.end_all(PersonId("anna"))

    assert [(await window.get("/chat/~")).status_code for window in windows] == [401, 401, 200]
    assert (await (await tab.window_of("anna")).get("/chat/~")).status_code == 200


async def test_an_unknown_person_is_told_so(tab: Tab) -> None:
    assert (await tab.browser().get("/as/nobody/chat/~")).status_code == 404


async def test_a_one_time_link_signs_in_once_and_only_by_its_button() -> None:
    tab = Tab(demo=False)
    tab.invitations["code-1"] = PersonId("anna")
    browser = tab.browser()

    preview = await browser.get("/enter/code-1")
    entered = await browser.post("/enter/code-1", headers=FROM_OUR_PAGE)
    again = await browser.post("/enter/code-1", headers=FROM_OUR_PAGE)

    assert preview.status_code == 200
    assert "set-cookie" not in preview.headers
    assert entered.headers["hx-redirect"] == "/as/anna/"
    assert (await browser.get("/as/anna/chat/~")).status_code == 200
    assert again.status_code == 410


FOREIGN = [
    {},
    {"HX-Request": "true"},
    {"Origin": SERVER},
    {"HX-Request": "true", "Origin": "https://evil.example"},
    {"HX-Request": "true", "Sec-Fetch-Site": "cross-site"},
    {"HX-Request": "true", "Sec-Fetch-Site": "same-site", "Origin": SERVER},
    {"HX-Request": "true", "Origin": "null"},
    {"HX-Request": "true", "Origin": "http://[::1"},
    {"HX-Request": "true", "Origin": "https://handover.example@evil.example"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(
    "path", ["press", "say", "answer", "form/save", "form/preview", "form/finish", "form/send", "files"]
)
async def test_a_post_from_a_foreign_page_changes_nothing(tab: Tab, path: str, headers: dict[str, str]) -> None:
    window = await tab.window_of("anna")

    answer = await window.browser.post(f"/as/anna/{path}", data={"update": "press-0001"}, headers=headers)

    assert answer.status_code == 403
    assert tab.conversation.came == []
    assert tab.desk.memory.rows.files == {}


async def test_a_post_from_our_page_arrives_as_the_person(tab: Tab) -> None:
    window = await tab.window_of("anna")

    await window.post("/press", action="claim:1.2:1:", update="11112222")

    (came,) = tab.conversation.came
    assert came.person == "anna"
    assert came.update_id == f"{WEB}:anna:11112222"


@pytest.mark.parametrize("path", ["/", "/healthz", "/as/anna/chat/~", "/no/such/page", "/as/anna/case/77"])
async def test_every_answer_carries_the_security_headers(tab: Tab, path: str) -> None:
    window = await tab.window_of("anna")

    answer = await window.browser.get(path)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"


async def test_no_page_carries_inline_code(tab: Tab) -> None:
    window = await tab.window_of("anna")

    page = (await window.get("/chat/~")).text

    assert "<script>" not in page
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page


async def test_static_files_are_cached_for_ever_under_an_address_of_their_content(tab: Tab) -> None:
    browser = tab.browser()
    page = (await browser.get("/")).text
    address = next(part.split('"')[0] for part in page.split('src="')[1:] if "js/page." in part)

    now = await browser.get(address)
    old = await browser.get("/static/0000000000000000/js/page.js")

    assert "immutable" in now.headers["cache-control"]
    assert old.headers["cache-control"] == "no-cache"
    assert (await browser.get("/static/x/base.html")).status_code == 404


async def test_health_tells_life_and_readiness_apart(tab: Tab) -> None:
    tab.kept.is_reachable = False

    assert (await tab.browser().get("/healthz")).status_code == 200
    assert (await tab.browser().get("/readyz")).status_code == 503


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
async def test_there_are_no_pages_about_the_interface(tab: Tab, path: str) -> None:
    assert (await tab.browser().get(path)).status_code == 404


async def test_the_bare_address_leads_somebody_who_is_signed_in_to_their_pages() -> None:
    tab = Tab(demo=False)
    tab.invitations["code-1"] = PersonId("anna")
    browser = tab.browser()
    await browser.post("/enter/code-1", headers=FROM_OUR_PAGE)

    led = await browser.get("/")

    assert (led.status_code, led.headers["location"]) == (303, "/as/anna/")
    assert (await browser.get("/as/anna/")).status_code == 303


async def test_an_expired_session_does_not_lead_round_in_circles() -> None:
    tab = Tab(demo=False)
    browser = tab.browser()
    browser.cookies.set("handover_home", "anna", domain="handover.example", path="/")
    assert (await browser.get("/")).status_code == 303

    assert (await browser.get("/as/anna/")).status_code == 401

    assert "одноразовая ссылка" in (await browser.get("/")).text


async def test_whoever_signs_out_is_nobody_in_this_browser_any_more() -> None:
    tab = Tab(demo=False)
    for code, person in (("code-1", "anna"), ("code-2", "stepan")):
        tab.invitations[code] = PersonId(person)
    browser = tab.browser()
    await browser.post("/enter/code-2", headers=FROM_OUR_PAGE)
    await browser.post("/enter/code-1", headers=FROM_OUR_PAGE)

    forged = await browser.post("/as/anna/leave")
    left = await browser.post("/as/anna/leave", headers=FROM_OUR_PAGE)

    assert forged.status_code == 403
    assert left.headers["hx-redirect"] == "/"
    assert (await browser.get("/as/anna/chat/~")).status_code == 401
    assert (await browser.get("/as/stepan/chat/~")).status_code == 200
    assert (await browser.get("/")).status_code == 200
