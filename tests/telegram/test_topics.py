"""Forums in which every case has a topic of its own, where the process asks for it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import templates
from bot.conversation.case_of_message import RECORDED_WITHIN
from bot.conversation.incoming import Answered, Commented
from bot.telegram.api.addresses import Place
from tests.telegram.firm import Firm
from tests.telegram.server import Chat, TelegramServer, Topic
from workflows.domain.events import CommentAdded
from workflows.domain.ids import CaseId
from workflows.ports.unit_of_work import StorageUnavailable


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """The company, with a topic for each case."""
    pack = tmp_path / "company"
    shutil.copytree(templates.FOLDER / "companies" / "inplat", pack)
    (process,) = [
        file
        for file in pack.rglob("*.yaml")
        if file.read_text().startswith("process:") or "\nprocess:" in file.read_text()
    ]
    process.write_text(process.read_text().rstrip("\n") + "\n\ntopic: case\n")
    return pack


@pytest.fixture
async def firm(sqlite_url: str, company: Path) -> AsyncIterator[Firm]:
    """The program with that company."""
    async with TelegramServer() as server, Firm(sqlite_url, server, company=company) as started:
        yield started


async def a_forum_with_a_case(firm: Firm) -> tuple[Chat, Topic]:
    await firm.joins("gleb")
    forum = await firm.group_of("tech_support", "gleb", forum=True)
    firm.server.promote_bot(forum)
    await firm.opens_case()
    card = await firm.button(forum, "Взять")
    return forum, forum.topics[card.thread_id or 0]


async def comments(firm: Firm) -> list[CommentAdded]:
    return [event for event in await firm.app.queries.history(CaseId(1)) if isinstance(event, CommentAdded)]


async def test_a_case_has_one_topic_with_its_cards_and_comments(firm: Firm) -> None:
    forum, topic = await a_forum_with_a_case(firm)
    await firm.does_elsewhere("anna", Commented(case_id=CaseId(1), text="Клиент торопится"))
    comment = await firm.until(lambda: forum.find("Клиент торопится"))
    await firm.restart()
    await firm.does_elsewhere("anna", Commented(case_id=CaseId(1), text="Очень торопится"))
    later = await firm.until(lambda: forum.find("Очень торопится"))

    assert topic.name == "ONB-1 · ООО «Ромашка»"
    assert {comment.thread_id, later.thread_id} == {topic.id}
    assert list(forum.topics) == [topic.id]


async def test_an_answer_in_the_topic_is_a_comment_and_is_not_repeated_there(firm: Firm) -> None:
    forum, _topic = await a_forum_with_a_case(firm)
    await firm.people["gleb"].reply(await firm.button(forum, "Взять"), "Уже смотрю")
    await firm.until(lambda: not firm.server.platform.updates.pending)
    await firm.does_elsewhere("anna", Commented(case_id=CaseId(1), text="Спасибо"))
    await firm.until(lambda: forum.find("Спасибо"))

    kept = await firm.app.queries.history(CaseId(1))
    assert "Уже смотрю" in str(kept)
    assert len([m for m in forum.messages if "Уже смотрю" in m.text]) == 1


async def test_plain_talk_in_the_topic_is_a_comment_at_once(firm: Firm) -> None:
    forum, topic = await a_forum_with_a_case(firm)
    gleb, eve = firm.people["gleb"], firm.server.user("Eve", "ru")
    firm.server.join(forum, eve)

    await eve.send(forum, "Кто это?", thread_id=topic.id)
    await gleb.send(forum, "Уже смотрю", thread_id=topic.id)
    await gleb.send(forum, "/ban@another_bot", thread_id=topic.id)
    await gleb.send(forum, "/warn", thread_id=topic.id)
    await gleb.send(forum, "/status", thread_id=topic.id)
    answered = await firm.until(lambda: forum.find("Активные дела"), within=RECORDED_WITHIN[-1])

    assert answered.thread_id == topic.id
    said = [event.text for event in await comments(firm)]
    assert said == ["Уже смотрю"]
    assert "не связана" not in forum.transcript()


async def test_an_edited_message_of_the_topic_corrects_what_was_said(firm: Firm) -> None:
    forum, topic = await a_forum_with_a_case(firm)
    said = await firm.people["gleb"].send(forum, "Звонил", thread_id=topic.id)
    await firm.people["gleb"].edit(said, "Дозвонился")
    await firm.until(lambda: not firm.server.platform.updates.pending)

    assert [event.text for event in await comments(firm)] == ["Звонил", "Исправление: Дозвонился"]


async def test_a_topic_that_is_slow_to_make_holds_up_no_other_forum(firm: Firm) -> None:
    await firm.joins("gleb")
    forums = [await firm.group_of(name, "gleb", forum=True) for name in ("tech_support", "accounts")]
    for forum in forums:
        firm.server.promote_bot(forum)
    gate = firm.server.hold("createForumTopic", times=1)
    await firm.opens_case()
    await gate.reached()

    first = await firm.until(lambda: next((forum for forum in forums if forum.find("Ждёт исполнителя")), None))
    gate.release()

    (other,) = (forum for forum in forums if forum is not first)
    await firm.button(other, "Взять")


async def test_a_topic_that_cannot_be_written_down_is_not_made_twice(firm: Firm) -> None:
    await firm.joins("gleb")
    forum = await firm.group_of("tech_support", "gleb", forum=True)
    firm.server.promote_bot(forum)
    transact, failures = firm.app.handler.storage.transact, 0

    async def failing(work):  # type: ignore[no-untyped-def]
        nonlocal failures
        if forum.topics and failures < 2:
            failures += 1
            raise StorageUnavailable("disk full")
        return await transact(work)

    firm.app.handler.storage.transact = failing  # type: ignore[method-assign]
    await firm.opens_case()
    await firm.button(forum, "Взять")

    assert failures == 2
    assert len(firm.server.calls_of("createForumTopic")) == 1
    assert await firm.app.queries.topic_of(Place(forum.id).address, CaseId(1)) == str(next(iter(forum.topics)))


async def test_a_deleted_topic_is_made_anew(firm: Firm) -> None:
    forum, topic = await a_forum_with_a_case(firm)
    firm.server.delete_topic(forum, topic)

    await firm.does_elsewhere("anna", Commented(case_id=CaseId(1), text="Клиент торопится"))
    comment = await firm.until(lambda: forum.find("Клиент торопится"))

    assert comment.thread_id != topic.id
    assert [made.name for made in forum.topics.values()] == [topic.name]


async def test_the_card_of_an_open_task_appears_in_the_topic_that_was_made_anew(firm: Firm) -> None:
    forum, topic = await a_forum_with_a_case(firm)
    firm.server.delete_topic(forum, topic)

    await firm.does_elsewhere("anna", Commented(case_id=CaseId(1), text="Клиент торопится"))
    comment = await firm.until(lambda: forum.find("Клиент торопится"))
    card = await firm.button(forum, "Взять")
    await firm.press("gleb", forum, "Взять")
    await firm.until(lambda: "Исполнитель" in card.text)

    assert card.thread_id == comment.thread_id
    assert len([m for m in forum.messages if "Исполнитель" in m.text]) == 1


async def test_the_topic_is_closed_when_the_case_is_over(firm: Firm) -> None:
    forum, topic = await a_forum_with_a_case(firm)

    await firm.does_elsewhere("anna", Answered(action="cancel:1:0:", text="Клиент передумал"))

    await firm.until(lambda: topic.is_closed)
    assert len(firm.server.calls_of("closeForumTopic")) == 1
    assert "forum_topic_closed" in forum.messages[-1].service


async def test_a_server_that_makes_no_topics_shows_cards_in_the_chat_itself(firm: Firm) -> None:
    await firm.joins("gleb")
    forum = await firm.group_of("tech_support", "gleb", forum=True)
    fault = firm.server.fail("createForumTopic", status=404, description="Not Found: method not found", times=1_000)
    await firm.opens_case()
    await firm.opens_case("ООО «Лютик»")

    card = await firm.button(forum, "Взять", "Лютик")

    assert card.thread_id not in forum.topics
    assert fault.struck == 1


async def test_a_title_that_is_refused_is_not_tried_again_and_keeps_no_other_case_from_its_topic(firm: Firm) -> None:
    await firm.joins("gleb")
    forum = await firm.group_of("tech_support", "gleb", forum=True)
    firm.server.promote_bot(forum)
    firm.server.fail("createForumTopic", status=400, description="Bad Request: TOPIC_TITLE_EMPTY", times=1)
    await firm.opens_case()
    plain = await firm.button(forum, "Взять", "Ромашка")
    await firm.does_elsewhere("anna", Commented(case_id=CaseId(1), text="Клиент торопится"))
    comment = await firm.until(lambda: forum.find("Клиент торопится"))

    await firm.opens_case("ООО «Лютик»")
    apart = await firm.button(forum, "Взять", "Лютик")

    assert {plain.thread_id, comment.thread_id}.isdisjoint(forum.topics)
    assert apart.thread_id in forum.topics


async def test_a_topic_that_could_not_be_closed_is_closed_later(firm: Firm) -> None:
    _forum, topic = await a_forum_with_a_case(firm)
    firm.server.fail("closeForumTopic", status=502, description="Bad Gateway", times=1)

    await firm.does_elsewhere("anna", Answered(action="cancel:1:0:", text="Клиент передумал"))

    await firm.until(lambda: topic.is_closed)


async def test_a_group_that_is_no_forum_has_its_cards_as_ever(firm: Firm) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    await firm.opens_case()

    card = await firm.button(group, "Взять")

    assert card.thread_id is None
    await firm.press("gleb", group, "Взять")
    await firm.until(lambda: "Исполнитель" in card.text)
    assert len(firm.server.calls_of("createForumTopic")) == 1


async def test_a_group_in_which_topics_are_switched_on_later_has_them_from_then_on(firm: Firm) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    firm.server.promote_bot(group)
    await firm.opens_case()
    await firm.button(group, "Взять", "Ромашка")

    group.is_forum = True
    await firm.press("gleb", group, "Взять", "Ромашка")
    await firm.opens_case("ООО «Лютик»")
    card = await firm.button(group, "Взять", "Лютик")

    assert card.thread_id in group.topics
