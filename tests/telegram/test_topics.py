"""Forums in which every case has a topic of its own, where the process says so."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import templates
from bot.conversation.incoming import Answered, Commented
from tests.telegram.server import Chat, TelegramServer, Topic
from tests.telegram.stage import Stage
from workflows.domain.ids import CaseId


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
async def stage(sqlite_url: str, company: Path) -> AsyncIterator[Stage]:
    """The program with that company."""
    async with TelegramServer() as server, Stage(sqlite_url, server, company=company) as started:
        yield started


async def a_forum_with_a_case(stage: Stage) -> tuple[Chat, Topic]:
    await stage.joins("gleb")
    forum = await stage.group_of("tech_support", "gleb", forum=True)
    stage.server.promote_bot(forum)
    await stage.opens_case()
    card = await stage.button(forum, "Взять")
    return forum, forum.topics[card.thread_id or 0]


async def test_a_case_has_one_topic_with_its_cards_and_comments(stage: Stage) -> None:
    forum, topic = await a_forum_with_a_case(stage)
    await stage.does_elsewhere("anna", Commented(case_id=CaseId(1), text="Клиент торопится"))
    comment = await stage.until(lambda: forum.find("Клиент торопится"))
    await stage.restart()
    await stage.does_elsewhere("anna", Commented(case_id=CaseId(1), text="Очень торопится"))
    later = await stage.until(lambda: forum.find("Очень торопится"))

    assert topic.name == "ONB-1 · ООО «Ромашка»"
    assert {comment.thread_id, later.thread_id} == {topic.id}
    assert list(forum.topics) == [topic.id]


async def test_an_answer_in_the_topic_is_a_comment_and_is_not_repeated_there(stage: Stage) -> None:
    forum, _topic = await a_forum_with_a_case(stage)
    await stage.people["gleb"].reply(await stage.button(forum, "Взять"), "Уже смотрю")
    await stage.until(lambda: not stage.server.platform.updates.pending)
    await stage.does_elsewhere("anna", Commented(case_id=CaseId(1), text="Спасибо"))
    await stage.until(lambda: forum.find("Спасибо"))

    kept = await stage.app.queries.history(CaseId(1))
    assert "Уже смотрю" in str(kept)
    assert len([m for m in forum.messages if "Уже смотрю" in m.text]) == 1


async def test_a_deleted_topic_is_made_anew(stage: Stage) -> None:
    forum, topic = await a_forum_with_a_case(stage)
    stage.server.delete_topic(forum, topic)

    await stage.does_elsewhere("anna", Commented(case_id=CaseId(1), text="Клиент торопится"))
    comment = await stage.until(lambda: forum.find("Клиент торопится"))

    assert comment.thread_id != topic.id
    assert [made.name for made in forum.topics.values()] == [topic.name]


async def test_the_topic_is_closed_when_the_case_is_over(stage: Stage) -> None:
    _forum, topic = await a_forum_with_a_case(stage)

    await stage.does_elsewhere("anna", Answered(action="cancel:1:0:", text="Клиент передумал"))

    await stage.until(lambda: topic.is_closed)


async def test_a_group_that_is_no_forum_has_its_cards_as_ever(stage: Stage) -> None:
    await stage.joins("gleb")
    group = await stage.group_of("tech_support", "gleb")
    await stage.opens_case()

    card = await stage.button(group, "Взять")

    assert card.thread_id is None
    await stage.press("gleb", group, "Взять")
    await stage.until(lambda: "Исполнитель" in card.text)
    assert len(stage.server.calls_of("createForumTopic")) == 1
