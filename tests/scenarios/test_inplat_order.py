"""InPlat's everyday questions: where does a client stand, what do I have, who is next."""

import pytest

from bot.conversation.reply import Ask
from tests.play.form import Refused
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import ACQUISITION, BANK, CATALOGUE, DOCUMENTS, GOODS_LIST, INTAKE, MODULE, TESTING
from workflows.domain.events import TaskClaimed, TaskOvertaken
from workflows.domain.ids import FieldName

LANDYSH, ASTRA = "ООО «Ландыш»", "ООО «Астра»"


async def three_clients(play: Play) -> None:
    """Three clients apply, ten minutes apart."""
    await inplat.open_case(play, inplat.ROMASHKA)
    await play.let_pass(minutes=10)
    await inplat.open_case(play, LANDYSH, by="ivan", inn="7728168971")
    await play.let_pass(minutes=10)
    await inplat.open_case(play, ASTRA, inn="500100732259")


async def test_the_status_of_a_client_tells_the_stage_the_holder_since_when_and_what_is_next(play: Play) -> None:
    vera = play.person("vera")
    await inplat.open_case(play)
    await play.let_pass(minutes=20)

    waiting = await vera.says("/status ромашка")

    assert waiting.startswith("ONB-1 · ООО «Ромашка»")
    assert "Анна Соколова, сегодня в 09:00" in waiting
    assert f"{DOCUMENTS} — Отдел аккаунт-менеджеров" in waiting
    assert "Ждёт исполнителя с 2 марта, 09:00 (уже 20 мин)" in waiting
    assert f"Дальше: {BANK} или {ACQUISITION}" in waiting

    await play.person("boris").takes("ONB-1", DOCUMENTS)
    await play.let_pass(minutes=5)
    claimed = await vera.says("/status 7707083893")
    assert "Исполнитель: Борис Лебедев, с 2 марта, 09:20 (уже 5 мин)" in claimed

    await play.let_pass(days=3)
    late = await vera.says("/status ONB-1")
    assert "Опоздание: 1 день" in late
    assert "За время реакции задачу никто не взял." in late


async def test_the_status_of_a_closed_case_tells_how_it_ended(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do(play, "ONB-1", DOCUMENTS)
    form = await play.person("anna").takes("ONB-1", BANK)
    await form.fill({"Причина отказа банка": "Нет"}).send("Банк отказал")

    assert "Завершено: Банк отказал, сегодня в 09:00" in await play.person("vera").says("/status ромашка")


async def test_status_alone_tells_every_active_case_in_one_line_in_the_order_of_clients(play: Play) -> None:
    await three_clients(play)
    await play.person("boris").takes("ONB-1", DOCUMENTS)

    lines = (await play.person("vera").says("/status")).splitlines()

    assert [line.split(" — ")[0] for line in lines[1:]] == [
        "1. ONB-1 · ООО «Ромашка»",
        "2. ONB-2 · ООО «Ландыш»",
        "3. ONB-3 · ООО «Астра»",
    ]
    assert f"{DOCUMENTS} (Борис Лебедев)" in lines[1]
    assert f"{DOCUMENTS} (Отдел аккаунт-менеджеров)" in lines[2]


async def test_the_queue_and_my_tasks_come_in_the_order_of_clients(play: Play) -> None:
    await three_clients(play)
    boris = play.person("boris")

    queue = await boris.asks("/queue")
    assert queue.message is not None
    labels = [button.label for row in queue.message.buttons for button in row]
    assert [label.partition(" · ")[0] for label in labels] == ["Взять ONB-1", "Взять ONB-2", "Взять ONB-3"]

    await boris.press(queue, labels[0])
    await boris.press(queue, labels[1])
    mine = await boris.says("/my")
    assert mine.index("ONB-1") < mine.index("ONB-2")
    assert "ONB-3" not in mine
    assert "1. ONB-3 · ООО «Астра»" in await boris.says("/queue")


async def test_taking_a_later_client_first_asks_for_the_reason_and_records_it(play: Play) -> None:
    await three_clients(play)
    boris = play.person("boris")

    asked = (await boris.press(await boris.card("ONB-3", DOCUMENTS), "Взять")).dialog

    assert isinstance(asked, Ask)
    assert "ONB-1 (ООО «Ромашка»)" in asked.prompt
    assert [button.label for button in asked.instead] == ["Взять ONB-1"]
    assert "Взять" in (await boris.card("ONB-3", DOCUMENTS)).labels

    await boris.answers(asked, "Директор клиента завтра улетает")

    assert "Исполнитель: Борис Лебедев" in (await boris.card("ONB-3", DOCUMENTS)).text
    (claimed,) = [e for e in await play.history("ONB-3") if isinstance(e, TaskClaimed)]
    assert (claimed.overtook, claimed.reason) == ("ONB-1", "Директор клиента завтра улетает")
    for passed in ("ONB-1", "ONB-2"):
        (overtaken,) = [e for e in await play.history(passed) if isinstance(e, TaskOvertaken)]
        assert (overtaken.number, overtaken.by, overtaken.reason, overtaken.at) == (
            "ONB-3",
            "boris",
            "Директор клиента завтра улетает",
            claimed.at,
        )
        opener = play.person((await play.case(passed)).opened_by)
        told = (await opener.told(f"{passed} · ")).text
        assert "Дело ONB-3 взяли на этом этапе раньше. Кто взял: Борис Лебедев" in told


async def test_an_overtake_without_a_reason_changes_nothing(play: Play) -> None:
    await three_clients(play)
    boris = play.person("boris")
    asked = (await boris.press(await boris.card("ONB-2", DOCUMENTS), "Взять")).dialog
    assert isinstance(asked, Ask)

    with pytest.raises(Refused) as told:
        await boris.answers(asked, " ")

    assert isinstance(told.value.reply.dialog, Ask)
    assert [task.assignee for task in (await play.case("ONB-2")).open_tasks()] == [None, None]


async def test_the_second_presser_is_told_who_took_it_and_what_is_next(play: Play) -> None:
    await three_clients(play)
    boris, maria = inplat.everybody_of(play, "boris", "maria")
    card = await boris.card("ONB-1", DOCUMENTS)
    await boris.press(card, "Взять")
    play.clock.move(seconds=3)

    with pytest.raises(Refused) as told:
        await maria.press(card, "Взять")

    sentence = str(told.value).replace("\u00a0", " ")
    assert "Исполнитель: Борис Лебедев (с 09:20, 3 с назад)" in sentence
    assert "Следующее в вашей очереди: ONB-2" in sentence


async def test_a_handover_with_a_required_field_missing_cannot_be_sent(play: Play) -> None:
    await inplat.open_case(play)
    form = await play.person("boris").takes("ONB-1", DOCUMENTS)
    form.fill({"Кто согласовал": "Борис Лебедев", "Дата согласования": ""})
    await form.tick_all()

    with pytest.raises(Refused) as seen:
        await form.preview("Документы согласованы")
    with pytest.raises(Refused) as unseen:
        await form.send_unseen("Документы согласованы")

    missing = dict.fromkeys(["Согласованные документы", "Дата согласования"], "Заполните это поле.")
    assert seen.value.problems == unseen.value.problems == missing
    assert await play.letters("ONB-1", "h2_documents_approved") == []
    assert await play.person("anna").cards("ONB-1", BANK) == []
    again = await play.person("boris").opens(await play.person("boris").card("ONB-1", DOCUMENTS))
    assert again.typed("Кто согласовал") == "Борис Лебедев"


async def test_a_handover_with_an_open_check_list_cannot_be_sent(play: Play) -> None:
    await inplat.open_case(play)
    work = inplat.WORK[DOCUMENTS]
    form = (await play.person("boris").takes("ONB-1", DOCUMENTS)).fill(work.answers)
    await form.tick("ИНН совпадает с документами")

    with pytest.raises(Refused, match="Полномочия подписанта подтверждены"):
        await form.send(work.outcome)

    assert "Чек-лист: 1 из 4" in (await play.person("boris").card("ONB-1", DOCUMENTS)).text
    await form.tick_all()
    await form.send(work.outcome)


async def test_every_later_stage_sees_what_earlier_ones_entered(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do_up_to(play, "ONB-1", INTAKE, DOCUMENTS, BANK, GOODS_LIST, CATALOGUE, MODULE)

    known = (await play.person("gleb").takes("ONB-1", TESTING)).known

    assert known["Контактное лицо"] == "Мария Петровна"
    assert known["Телефон"] == "+7 495 123-45-67"
    assert known["Технический специалист клиента"] == "Олег, oleg@romashka.example"
    assert known["Согласованные документы"] == "Договор, Устав"
    assert known["Тип интеграции"] == "Виджет на сайте"
    assert known["Товары и сервисы"] == (
        "1. Букет ромашек — Р-1 — 1 500,00 ₽ — НДС 22 %\n2. Доставка — 300,50 ₽ — без НДС"
    )
    assert known["План тестирования"] == "Оплата, возврат, отмена"
    assert "Результаты тестирования" not in known


async def test_a_client_who_comes_again_is_found_in_the_shared_base(play: Play) -> None:
    await inplat.open_case(play, "ООО «Ромашка»")
    await inplat.open_case(play, "  ооо   «ромашка» ")

    first, second = await play.case("ONB-1"), await play.case("ONB-2")

    assert first.client is not None
    assert first.client == second.client
    client = await play.app.queries.record(first.client.id)
    assert client is not None
    assert client.values[FieldName("inn")] == "7707083893"
    assert "ONB-1" in (found := await play.person("vera").says("/status ромашка"))
    assert "ONB-2" in found
