"""What the core may expect of every chat platform."""

from collections.abc import AsyncIterator, Mapping

import pytest

from bot.actions import MAX_BYTES, Action, Verb
from bot.rendering.markup.dialects import MARKUPS
from tests.contracts.chat_drivers import ChatDriver, Opener, open_web
from tests.slack.driver import open_slack
from tests.telegram.driver import open_telegram
from workflows.domain.ids import CaseId, TaskId
from workflows.domain.text import Language
from workflows.ports.chat import Button, Message, MessageGone, MessageId, Renditions, Subject, Unreachable

PLATFORMS: Mapping[str, tuple[Opener, str]] = {
    "web on SQLite": (open_web, "sqlite_url"),
    "web on PostgreSQL": (open_web, "postgres_url"),
    "Slack": (open_slack, "sqlite_url"),
    "Telegram": (open_telegram, "sqlite_url"),
}
"""What opens each platform, and the fixture whose value it is given."""

ABOUT = Subject(case_id=CaseId(1), task_id=TaskId("1.2"))
HOSTILE = "<b>Ромашка & Co</b> *_{{x}}_* `код` @here :smile: [a](b) <https://x.example|y>"


MARKERS = {"web on PostgreSQL": pytest.mark.postgres, "Slack": pytest.mark.system, "Telegram": pytest.mark.system}


@pytest.fixture(params=[pytest.param(name, marks=MARKERS.get(name, ())) for name in PLATFORMS])
async def driver(request: pytest.FixtureRequest) -> AsyncIterator[ChatDriver]:
    """Each platform in turn."""
    opens, given = PLATFORMS[request.param]
    async with opens(request.getfixturevalue(given)) as opened:
        yield opened


def said(driver: ChatDriver, words: str, *buttons: tuple[Button, ...]) -> Renditions:
    """Mark words up for the platform, in every language that it asks for."""
    markup = MARKUPS[driver.port.dialect]
    message = Message(text=str(markup.finish(markup.escape(words))), buttons=buttons)
    return dict.fromkeys(driver.port.languages(driver.chat), message)


def readable(words: str) -> str:
    """Take out what has no width, which some platforms need to show marks literally."""
    return words.replace("\u200b", "").replace("\u02cb", "`")


async def test_a_platform_asks_for_at_least_one_language(driver: ChatDriver) -> None:
    languages = driver.port.languages(driver.chat)

    assert languages
    assert set(languages) <= set(Language)


async def test_what_is_posted_is_seen_under_the_id_that_was_answered(driver: ChatDriver) -> None:
    message = await driver.port.post(driver.chat, said(driver, "Здравствуйте"), key="one", subject=ABOUT)

    (seen,) = await driver.sees()
    assert (seen.id, seen.text) == (message, "Здравствуйте")


async def test_messages_are_seen_in_the_order_in_which_they_were_posted(driver: ChatDriver) -> None:
    ids = [
        await driver.port.post(driver.chat, said(driver, words), key=words, subject=Subject())
        for words in ("one", "two", "three")
    ]

    assert [(seen.id, seen.text) for seen in await driver.sees()] == list(
        zip(ids, ["one", "two", "three"], strict=True)
    )


async def test_the_same_key_again_makes_the_first_message_show_what_was_asked_for_last(driver: ChatDriver) -> None:
    first = await driver.port.post(driver.chat, said(driver, "ready"), key="card:1.2", subject=ABOUT)
    again = await driver.port.post(driver.chat, said(driver, "claimed"), key="card:1.2", subject=ABOUT)

    texts = [seen.text for seen in await driver.sees()]
    if driver.knows_keys:
        assert (again, texts) == (first, ["claimed"])
    else:
        assert texts == ["ready", "claimed"]


async def test_an_edited_message_changes_where_it_is(driver: ChatDriver) -> None:
    claim = Button(label="Взять", action="claim:1.2:1:")
    card = await driver.port.post(driver.chat, said(driver, "ready", (claim,)), key="card", subject=ABOUT)
    await driver.port.post(driver.chat, said(driver, "later"), key="later", subject=Subject())

    await driver.port.edit(driver.chat, card, said(driver, "claimed"), subject=ABOUT)

    first, second = await driver.sees()
    assert (first.id, first.text, first.buttons) == (card, "claimed", {})
    assert second.text == "later"


async def test_an_edit_that_changes_nothing_is_no_error(driver: ChatDriver) -> None:
    card = await driver.port.post(driver.chat, said(driver, "ready"), key="card", subject=ABOUT)

    await driver.port.edit(driver.chat, card, said(driver, "ready"), subject=ABOUT)

    assert [seen.text for seen in await driver.sees()] == ["ready"]


async def test_a_message_that_is_not_there_cannot_be_edited(driver: ChatDriver) -> None:
    with pytest.raises(MessageGone):
        await driver.port.edit(driver.chat, await driver.missing(), said(driver, "claimed"), subject=ABOUT)

    assert await driver.sees() == []


async def test_an_id_of_no_platform_is_a_message_that_is_gone(driver: ChatDriver) -> None:
    with pytest.raises(MessageGone):
        await driver.port.edit(driver.chat, MessageId("nonsense"), said(driver, "claimed"), subject=ABOUT)


async def test_buttons_keep_their_words_and_their_actions_to_the_last_byte(driver: ChatDriver) -> None:
    plain = Action(verb=Verb.REASSIGN_TO, target="1.2", revision=1).encode()
    longest = plain + "x" * (MAX_BYTES - len(plain))
    rows = (
        (Button(label="Взять", action="claim:1.2:1:"), Button(label="Дело", action="case:1:0:")),
        (Button(label="Анна Соколова", action=longest),),
    )

    await driver.port.post(driver.chat, said(driver, "card", *rows), key="card", subject=ABOUT)

    (seen,) = await driver.sees()
    assert seen.buttons == {"Взять": "claim:1.2:1:", "Дело": "case:1:0:", "Анна Соколова": longest}


async def test_what_people_typed_shows_literally(driver: ChatDriver) -> None:
    await driver.port.post(driver.chat, said(driver, HOSTILE), key="card", subject=ABOUT)

    (seen,) = await driver.sees()
    assert readable(seen.text) == HOSTILE


async def test_a_text_that_is_too_long_is_cut_and_arrives(driver: ChatDriver) -> None:
    markup = MARKUPS[driver.port.dialect]
    text = markup.finish(markup.cut(markup.escape("Ромашка & <Ко> " * 10_000), markup.limit))
    message = Message(text=str(text), buttons=((Button(label="Взять", action="claim:1.2:1:"),),))
    renditions = dict.fromkeys(driver.port.languages(driver.chat), message)

    await driver.port.post(driver.chat, renditions, key="card", subject=ABOUT)

    (seen,) = await driver.sees()
    assert seen.text.startswith("Ромашка & <Ко>")
    assert seen.text.endswith("…")
    assert len(seen.text) <= driver.longest
    assert list(seen.buttons) == ["Взять"]


async def test_a_platform_that_does_not_answer_is_unreachable(driver: ChatDriver) -> None:
    card = await driver.port.post(driver.chat, said(driver, "ready"), key="card", subject=ABOUT)
    await driver.go_away()

    with pytest.raises(Unreachable):
        await driver.port.post(driver.chat, said(driver, "more"), key="more", subject=ABOUT)
    with pytest.raises(Unreachable):
        await driver.port.edit(driver.chat, card, said(driver, "claimed"), subject=ABOUT)
