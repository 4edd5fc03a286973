"""Cards in channels: one primary button, a menu beside it, changed in place; comments in the thread under them."""

import asyncio

from tests.fakes.clock import HandClock
from tests.scenarios.inplat import BEGIN, CLIENT, DOCUMENTS, INTAKE, ROMASHKA, WORK
from tests.slack.forms import fill, send, tick_all
from tests.slack.server import Channel, DropAfter, Refuse, SlackServer
from tests.slack.stage import Stage
from workflows.domain.events import CommentAdded
from workflows.usecases.fire_timers import TimerFiring


async def opened(stage: Stage, channel: Channel, by: str = "vera", client: str = ROMASHKA) -> None:
    """Open a case through its window."""
    await stage.people[by].command("/handover", "new", channel)
    await stage.window(by, "Подключение клиента")
    await fill(stage, by, {**CLIENT, "Клиент": client})
    await send(stage, by, BEGIN)


async def support_with_a_card(stage: Stage) -> Channel:
    """Make a channel of tech support in which a card waits."""
    await stage.joins("timur", "vera", "gleb", "daria")
    support = await stage.channel_of("tech_support", "gleb", "daria")
    await opened(stage, support)
    return support


async def comments(stage: Stage) -> list[str]:
    """Answer what was said about the first case, once everything that was said is heard."""
    await stage.server.settled()
    await stage.slack.inbox.settled()
    history = await stage.app.queries.history((await stage.case("ONB-1")).id)
    return [event.text for event in history if isinstance(event, CommentAdded)]


async def test_a_card_has_one_primary_button_and_a_menu_for_the_rest(stage: Stage) -> None:
    support = await support_with_a_card(stage)

    card = await stage.card(support, "Взять", INTAKE)

    row = card.blocks[-1]["elements"]
    assert [element["type"] for element in row] == ["button", "overflow"]
    assert row[0]["style"] == "primary"
    assert card.labels == ["Взять", "Дело", "Переназначить"]
    assert card.notification.startswith(f"ONB-1 · {ROMASHKA}")


async def test_of_two_who_press_at_once_one_has_the_task_and_the_other_is_told_who(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    card = await stage.card(support, "Взять", INTAKE)
    gleb, daria = stage.people["gleb"], stage.people["daria"]

    await asyncio.gather(gleb.press(card, "Взять"), daria.press(card, "Взять"))

    await stage.until(lambda: "Исполнитель" in card.plain)
    await stage.until(lambda: all(len(person.ephemerals) == 2 for person in (gleb, daria)))
    told = sorted((gleb.ephemerals[-1].plain, daria.ephemerals[-1].plain), key=lambda words: "занята" in words)
    assert told[0].startswith("ONB-1 теперь у вас")
    assert "уже занята" in told[1]
    assert len(support.messages) == 1


async def test_a_press_on_what_the_card_showed_before_gets_a_polite_answer(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    card = await stage.press("gleb", support, "Взять", INTAKE)
    await stage.until(lambda: "Исполнитель" in card.plain)

    await stage.people["daria"].press_stale(card, "Взять")

    assert "Глеб Никитин" in await stage.told("daria", "уже занята")


async def test_a_comment_in_the_thread_reaches_the_other_department_and_is_not_repeated_where_it_was_said(
    stage: Stage,
) -> None:
    support = await support_with_a_card(stage)
    await stage.joins("boris")
    accounts = await stage.channel_of("accounts", "boris")
    card = await stage.card(support, "Взять", INTAKE)
    theirs = await stage.card(accounts, "Взять")

    await stage.people["gleb"].post(support, "Пароль < 8 знаков & готов", thread_ts=card.ts)

    told = await stage.server.wait_for_message(accounts, "Пароль < 8 знаков & готов")
    assert told.thread_ts == theirs.ts
    assert not told.is_broadcast
    assert [reply.plain for reply in support.replies(card)] == ["Пароль < 8 знаков & готов"]


async def test_a_comment_that_is_sent_to_the_channel_too_counts(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    card = await stage.card(support, "Взять", INTAKE)

    await stage.people["gleb"].post(support, "всем на заметку", thread_ts=card.ts, to_channel=True)

    assert await comments(stage) == ["всем на заметку"]


async def test_a_comment_counts_where_slack_does_not_tell_whose_message_it_stands_under(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    card = await stage.card(support, "Взять", INTAKE)
    stage.server.workspace.tells_parents = False

    await stage.people["gleb"].post(support, "готово", thread_ts=card.ts)

    assert await comments(stage) == ["готово"]


async def test_a_comment_that_is_changed_is_corrected_elsewhere(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    await stage.joins("boris")
    accounts = await stage.channel_of("accounts", "boris")
    await stage.card(accounts, "Взять")
    card = await stage.card(support, "Взять", INTAKE)
    said = await stage.people["gleb"].post(support, "в пятницу", thread_ts=card.ts)
    await stage.server.wait_for_message(accounts, "в пятницу")

    await stage.people["gleb"].edit(said, "в четверг")

    await stage.server.wait_for_message(accounts, "Исправление: в четверг")


async def test_a_file_said_in_the_thread_arrives_in_the_thread_of_the_other_department(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    await stage.joins("boris")
    accounts = await stage.channel_of("accounts", "boris")
    theirs = await stage.card(accounts, "Взять")
    card = await stage.card(support, "Взять", INTAKE)

    await stage.people["gleb"].post(support, "схема", thread_ts=card.ts, files=[("схема.pdf", b"%PDF-1.7 ...")])

    sent = await stage.until(lambda: [m for m in accounts.everything if m.files][-1])
    assert (sent.thread_ts, sent.files[0].name, sent.files[0].content) == (theirs.ts, "схема.pdf", b"%PDF-1.7 ...")


async def test_what_people_talk_about_elsewhere_in_the_channel_stays_theirs(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    await stage.card(support, "Взять", INTAKE)

    said = await stage.people["gleb"].post(support, "просто разговор")
    await stage.people["gleb"].post(support, "о своём", thread_ts=said.ts)

    assert await comments(stage) == []


async def test_a_reminder_stands_under_the_card_and_is_shown_in_the_channel_too(sqlite_url: str) -> None:
    clock = HandClock()
    async with SlackServer() as server, Stage(sqlite_url, server, clock=clock) as stage:
        support = await support_with_a_card(stage)
        card = await stage.card(support, "Взять", INTAKE)

        clock.move(minutes=31)
        await TimerFiring(handler=stage.app.handler, queries=stage.app.queries, clock=clock).fire_due()

        reminder = await stage.until(lambda: support.replies(card)[0])
        assert "ещё никто не взял" in reminder.plain
        assert (reminder.is_broadcast, "Взять" in reminder.labels) == (True, True)


async def test_a_card_whose_answer_got_lost_is_found_again_and_not_posted_twice(stage: Stage) -> None:
    await stage.joins("timur", "vera", "gleb")
    support = await stage.channel_of("tech_support", "gleb")
    stage.server.fail("chat.postMessage", DropAfter())

    await opened(stage, support)

    await stage.press("gleb", support, "Взять", INTAKE)
    await stage.until(lambda: "Исполнитель" in support.messages[0].plain)
    assert len(support.messages) == 1
    assert len(stage.server.calls_of("conversations.history")) == 1


async def test_a_head_gives_the_task_to_somebody_from_the_menu_of_the_card(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    await stage.joins("nikolay")

    await stage.press("nikolay", support, "Переназначить", INTAKE)
    menu = await stage.until(
        lambda: [m for m in stage.people["nikolay"].ephemerals if "Переназначить ONB-1" in m.plain][-1]
    )
    assert "Глеб Никитин: 0 задач" in menu.labels
    await stage.people["nikolay"].press(menu, "Глеб Никитин: 0 задач")

    await stage.until(lambda: "Исполнитель: Глеб Никитин" in support.messages[0].plain)
    await stage.told("gleb", "Задача теперь у вас")


async def test_an_earlier_client_is_not_overtaken_for_a_blank_reason(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    await opened(stage, support, client="ООО «Лютик»")
    gleb = stage.people["gleb"]
    await gleb.press(await stage.card(support, "Взять", "ООО «Лютик»"), "Взять")
    await stage.window("gleb", "Ждёт более ранний клиент")

    await gleb.fill("Причина", "   ")
    await gleb.submit()

    assert "Нужна причина" in gleb.view.errors["Причина"]
    await gleb.fill("Причина", "запуск завтра")
    await gleb.submit()
    await stage.told("gleb", "ONB-2 теперь у вас")


async def test_a_reason_that_can_no_longer_be_asked_for_in_a_window_is_offered_to_be_written(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    await opened(stage, support, client="ООО «Лютик»")
    gleb = stage.people["gleb"]
    stage.server.fail("views.open", Refuse("expired_trigger_id"))

    await gleb.press(await stage.card(support, "Взять", "ООО «Лютик»"), "Взять")
    offer = await stage.until(lambda: [m for m in gleb.ephemerals if "Написать причину" in m.labels][-1])
    await gleb.press(offer, "Написать причину")

    await stage.until(lambda: gleb.view.input("Причина"))


async def test_a_card_that_somebody_deletes_is_posted_again(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    card = await stage.card(support, "Взять", INTAKE)

    stage.server.workspace.delete_message(support, card)
    again = await stage.until(lambda: [m for m in support.messages if m.ts != card.ts and "Взять" in m.labels][-1])
    await stage.people["gleb"].press(again, "Взять")

    await stage.until(lambda: "Исполнитель" in again.plain)
    assert support.messages == [again]


async def test_a_card_of_a_closed_task_that_somebody_deletes_stays_away(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    card = await stage.press("gleb", support, "Взять", INTAKE)
    await stage.press("gleb", support, "Открыть", INTAKE)
    await stage.window("gleb", INTAKE)
    await fill(stage, "gleb", WORK[INTAKE].answers)
    await tick_all(stage, "gleb")
    await send(stage, "gleb", WORK[INTAKE].outcome)
    await stage.until(lambda: "Завершено" in card.plain)

    stage.server.workspace.delete_message(support, card)
    await stage.server.settled()
    await stage.slack.inbox.settled()

    card_is_said = [call.args["channel"] for call in stage.server.calls_of("chat.postMessage")]
    assert card_is_said.count(support.id) == 1
    assert support.messages == []


async def test_somebody_of_another_department_is_refused_in_words_only_they_see(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    await stage.joins("anna")

    await stage.press("anna", support, "Взять", INTAKE)

    assert "Отдел тех. поддержки" in await stage.told("anna", "Это задача другого отдела")


async def test_a_long_comment_is_shown_whole_in_the_other_department(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    await stage.joins("boris")
    accounts = await stage.channel_of("accounts", "boris")
    await stage.card(accounts, "Взять")
    card = await stage.card(support, "Взять", INTAKE)
    long = "\n".join(f"{number} Настройка кассы и проверка платежа" for number in range(240))

    await stage.people["gleb"].post(support, long, thread_ts=card.ts)

    told = await stage.server.wait_for_message(accounts, "239 Настройка кассы")
    assert "0 Настройка" in told.plain
    assert [block["type"] for block in told.blocks] == ["section"] * len(told.blocks)
    assert all(line in told.plain for line in long.split("\n"))


async def test_an_answer_to_a_press_inside_a_thread_is_shown_there(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    card = await stage.card(support, "Взять", INTAKE)
    said = {"text": "ONB-1", "blocks": card.blocks, "thread_ts": card.ts}
    await stage.slack.api.call("chat.postMessage", channel=support.id, **said)
    await stage.slack.api.call("chat.postMessage", channel=support.id, reply_broadcast=True, **said)
    inside, shown = support.replies(card)
    gleb = stage.people["gleb"]
    before = len(gleb.ephemerals)

    await gleb.press(inside, "Дело")
    await stage.until(lambda: len(gleb.ephemerals) == before + 1)
    await gleb.press(shown, "Дело")
    await stage.until(lambda: len(gleb.ephemerals) == before + 2)

    assert [answer.thread_ts for answer in gleb.ephemerals[before:]] == [card.ts, None]


async def test_what_cannot_be_shown_in_the_channel_is_told_in_private(stage: Stage) -> None:
    support = await support_with_a_card(stage)
    card = await stage.card(support, "Взять", INTAKE)
    stage.server.fail("chat.postEphemeral", Refuse("user_not_in_channel"))
    large = [("огромный.bin", b"x" * (10 * 1024 * 1024 + 1))]

    await stage.people["gleb"].post(support, "", thread_ts=card.ts, files=large)

    await stage.server.wait_for_message(stage.people["gleb"].dm, "10 МБ")


async def test_all_cards_of_a_case_in_a_channel_have_one_thread(stage: Stage) -> None:
    await stage.joins("timur", "vera", "gleb")
    support = await stage.channel_of("tech_support", "vera", "gleb")
    await stage.bind(support, "accounts")
    await opened(stage, support)
    await stage.card(support, "Взять", INTAKE)
    await stage.card(support, "Взять", DOCUMENTS)

    first, second = support.messages
    assert second.is_broadcast
    assert second.thread_ts == first.ts
    await stage.restart()
    await stage.press("gleb", support, "Взять", INTAKE)
    await stage.until(lambda: "Исполнитель" in first.plain + second.plain)
    await stage.joins("olga")
    funding = await stage.channel_of("funding_sources", "olga")
    await stage.people["gleb"].post(support, "о втором", thread_ts=second.thread_ts)

    assert await comments(stage) == ["о втором"]
    assert len(support.messages) == 2
    assert funding.messages == []


async def test_a_card_that_was_deleted_takes_no_later_card_with_it(stage: Stage) -> None:
    await stage.joins("timur", "vera", "gleb")
    support = await stage.channel_of("tech_support", "vera", "gleb")
    await opened(stage, support)
    card = await stage.card(support, "Взять", INTAKE)
    stage.server.workspace.delete_message(support, card)

    await stage.bind(support, "accounts")

    later = await stage.card(support, "Взять", DOCUMENTS)
    assert later.thread_ts is None
