"""Whoever opened a case sees it at once, sees where it is, and is told when it stands still."""

from tests.play.play import Play
from tests.scenarios.inplat import INTAKE, WORK, open_case


async def test_the_opener_has_a_line_that_follows_the_case(play: Play) -> None:
    await open_case(play)
    anna, gleb, boris = play.person("anna"), play.person("gleb"), play.person("boris")

    line = await anna.told("Вы открыли это дело")
    assert f"{INTAKE} — Отдел тех. поддержки, ждёт исполнителя" in line.text
    assert line.labels == ["Дело"]

    await gleb.completes("ONB-1", INTAKE, WORK[INTAKE].answers, WORK[INTAKE].outcome)
    now = await anna.told("Вы открыли это дело")
    assert now.key == line.key
    assert INTAKE not in now.text

    asked = (await anna.asks("/status ONB-1")).message
    assert asked is not None
    ask = (await anna.press(await anna.asks("/status ONB-1"), "Отменить дело")).dialog
    await anna.answers(ask, "передумали")  # type: ignore[arg-type]  # a question is asked before a case is cancelled
    assert "Дело отменено" in (await anna.told("Вы открыли это дело")).text
    assert not await boris.inbox()


async def test_my_lists_what_one_opened(play: Play) -> None:
    await open_case(play)

    mine = await play.person("anna").asks("/my")

    assert mine.message is not None
    assert "Дела, которые вы открыли" in mine.message.text
    assert [button.label for row in mine.message.buttons for button in row] == ["ONB-1 · ООО «Ромашка»"]
    assert "ONB-1" not in await play.person("vera").says("/my")


async def test_the_opener_is_told_when_the_case_stands_still_and_that_it_moves_again(play: Play) -> None:
    await open_case(play)
    anna = play.person("anna")

    await play.let_pass(hours=1)

    still = await anna.told("стоит на месте")
    assert INTAKE in still.text
    await play.person("gleb").takes("ONB-1", INTAKE)
    moved = next(message for message in await anna.inbox() if message.key == still.key)
    assert "теперь оно движется" in moved.text
    assert "Глеб Никитин" in moved.text
