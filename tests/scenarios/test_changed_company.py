"""The organisation and the processes change while cases run: people leave, departments close or are renamed."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

import templates
from bot.conversation.incoming import Press
from bot.conversation.reply import Menu
from storage.database import Database
from tests.play.form import Refused
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import BANK, DOCUMENTS

PROCESS = "workflows/client_onboarding.yaml"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of InPlat's company pack, to be changed."""
    return shutil.copytree(templates.FOLDER / "companies" / "inplat", tmp_path / "inplat")


def change(pack: Path, file: str, before: str, after: str) -> None:
    """Replace some text in a file of the pack; the text must exist."""
    words = (pack / file).read_text(encoding="utf-8")
    assert before in words
    (pack / file).write_text(words.replace(before, after), encoding="utf-8")


def without_boris(pack: Path) -> Path:
    """Remove Boris from the company."""
    words = (pack / "organisation.yaml").read_text(encoding="utf-8")
    change(pack, "organisation.yaml", words[words.index("  boris:") : words.index("  maria:")], "")
    return pack


def without_accounts(pack: Path) -> Path:
    """Close the department of account managers: its people and its stages go to sales."""
    words = (pack / "organisation.yaml").read_text(encoding="utf-8")
    change(pack, "organisation.yaml", words[words.index("  accounts:\n") : words.index("  funding_sources:\n")], "")
    change(pack, "organisation.yaml", "department: accounts", "department: sales")
    change(pack, PROCESS, "department: accounts", "department: sales")
    return pack


async def damage_definitions(database: Database) -> None:
    """Change the stored processes into something that the program cannot read."""
    async with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            await connection.execute(text("PRAGMA query_only = OFF"))
        await connection.execute(text("UPDATE definitions SET text = 'process: ['"))


async def test_the_task_of_somebody_who_has_left_is_offered_anew_and_taken_by_another(play: Play, pack: Path) -> None:
    await inplat.open_case(play)
    await play.person("boris").takes("ONB-1", DOCUMENTS)
    old_card = await play.person("maria").card("ONB-1", DOCUMENTS)

    await play.restart(without_boris(pack))
    olga, maria = play.person("olga"), play.person("maria")

    assert f"{DOCUMENTS} (Отдел аккаунт-менеджеров)" in await olga.says("/status")
    await maria.does(Press(action=f"claim:{old_card.task_id}:1:"))
    assert "Мария Зайцева" in (await maria.card("ONB-1", DOCUMENTS)).text
    assert [row.error for row in await play.app.queries.undeliverable(10)] == []


async def test_nothing_is_said_to_somebody_who_has_left(play: Play, pack: Path) -> None:
    await inplat.open_case(play)
    boris = play.person("boris")
    await boris.takes("ONB-1", DOCUMENTS)

    await play.restart(without_boris(pack))

    assert await boris.inbox() == []
    with pytest.raises(Refused):
        await boris.says("/my")


async def test_the_tasks_of_a_closed_department_come_to_those_who_look_after_the_whole(play: Play, pack: Path) -> None:
    await inplat.open_case(play)

    await play.restart(without_accounts(pack))
    await play.restart()
    vera, maria = play.person("vera"), play.person("maria")

    for name in ("vera", "dmitry", "timur"):
        cards = [shown for shown in await play.person(name).inbox() if DOCUMENTS in shown.text]
        assert len(cards) == 1
    assert f"{DOCUMENTS} (Отдел аккаунт-менеджеров)" in await vera.says("/status")
    menu = (await vera.press(await vera.told(DOCUMENTS), "Переназначить")).dialog
    assert isinstance(menu, Menu)
    await vera.press(menu, next(button.label for button in menu.buttons if button.label.startswith("Мария Зайцева")))
    form = await maria.opens(await maria.told(DOCUMENTS))
    work = inplat.WORK[DOCUMENTS]
    form.fill(work.answers)
    await form.tick_all()
    await form.send(work.outcome)

    assert f"{BANK} (Отдел продаж)" in await vera.says("/status")
    assert [row.error for row in await play.app.queries.undeliverable(10)] == []


async def test_the_reminders_of_a_closed_department_reach_those_who_look_after_the_whole(
    play: Play, pack: Path
) -> None:
    await inplat.open_case(play)

    await play.restart(without_accounts(pack))
    await play.let_pass(days=2)

    told = [shown.text for shown in await play.person("timur").inbox()]
    assert any("никто не взял" in text for text in told)
    assert [row.error for row in await play.app.queries.undeliverable(10)] == []


async def test_a_department_called_otherwise_keeps_its_tasks(play: Play, pack: Path) -> None:
    await inplat.open_case(play)

    change(pack, "organisation.yaml", "Отдел аккаунт-менеджеров", "Отдел заботы")
    await play.restart(pack)

    assert f"{DOCUMENTS} (Отдел заботы)" in await play.person("vera").says("/status")
    await play.person("boris").takes("ONB-1", DOCUMENTS)


async def test_a_running_case_keeps_the_process_it_began_with_and_a_new_one_has_the_new(play: Play, pack: Path) -> None:
    await inplat.open_case(play)

    change(pack, PROCESS, DOCUMENTS, "Сверка бумаг")
    await play.restart(pack)
    await inplat.open_case(play, "ООО «Ландыш»", inn="7728168971")

    lines = (await play.person("vera").says("/status")).splitlines()
    assert DOCUMENTS in lines[1]
    assert "Сверка бумаг" in lines[2]
    await inplat.do(play, "ONB-1", DOCUMENTS)


async def test_cases_of_a_version_that_cannot_be_read_wait_and_say_so(
    play: Play, pack: Path, database_url: str
) -> None:
    await inplat.open_case(play)
    change(pack, PROCESS, DOCUMENTS, "Сверка бумаг")
    async with Database(database_url) as database:
        await damage_definitions(database)

    await play.restart(pack)
    boris, vera = play.person("boris"), play.person("vera")

    assert "ONB-1" in await vera.says("/status")
    with pytest.raises(Refused, match="не читается"):
        await vera.says("/status ромашка")
    with pytest.raises(Refused, match="не читается"):
        await boris.does(Press(action="claim:1.2:1:"))
    await play.let_pass(hours=1)
    assert [row.error for row in await play.app.queries.undeliverable(10)] == []


async def test_a_running_case_whose_letter_was_removed_says_which_and_goes_on_when_it_is_back(
    play: Play, pack: Path
) -> None:
    await inplat.open_case(play)
    letters = [pack / "letters" / f"h2_documents_approved.{language}.j2" for language in ("ru", "en")]
    kept = {letter: letter.read_bytes() for letter in letters}
    for letter in letters:
        letter.unlink()
    change(pack, PROCESS, "{stage: signature_and_bank, handover: h2_documents_approved}", "signature_and_bank")

    await play.restart(pack)
    with pytest.raises(Refused, match="h2_documents_approved"):
        await inplat.do(play, "ONB-1", DOCUMENTS)

    for letter, content in kept.items():
        letter.write_bytes(content)
    await play.restart(pack)
    boris, work = play.person("boris"), inplat.WORK[DOCUMENTS]
    form = await boris.opens(await boris.card("ONB-1", DOCUMENTS))
    await form.fill(work.answers).send(work.outcome)
    assert BANK in await play.person("vera").says("/status")
