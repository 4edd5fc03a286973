"""Cards in channels: one primary button, a menu beside it, changed in place; comments in the thread under them."""

import asyncio

import pytest

from tests.fakes.clock import HandClock
from tests.scenarios.inplat import BEGIN, CLIENT, DOCUMENTS, INTAKE, ROMASHKA, WORK
from tests.slack.firm import Firm
from tests.slack.forms import fill, send, tick_all
from tests.slack.server import Channel, DropAfter, Refuse, SlackServer
from workflows.domain.events import CommentAdded
from workflows.usecases.fire_timers import TimerFiring


async def opened(firm: Firm, channel: Channel, by: str = "vera", client: str = ROMASHKA) -> None:
    """Open a case through its window."""
    await firm.people[by].command("/handover", "new", channel)
    await firm.window(by, "Подключение клиента")
    inn = {} if client == ROMASHKA else {"ИНН": "500100732259"}
    await fill(firm, by, {**CLIENT, "Клиент": client, **inn})
    await send(firm, by, BEGIN)


async def support_with_a_card(firm: Firm) -> Channel:
    """Make a channel of tech support in which a card waits."""
    await firm.joins("timur", "vera", "gleb", "daria")
    support = await firm.channel_of("tech_support", "gleb", "daria")
    await opened(firm, support)
    return support


async def comments(firm: Firm) -> list[str]:
    """Return the comments on the first case, once every message has been received."""
    await firm.server.settled()
    await firm.slack.inbox.wait_until_idle()
    history = await firm.app.queries.history((await firm.case("ONB-1")).id)
    return [event.text for event in history if isinstance(event, CommentAdded)]


async def test_a_card_has_one_primary_button_and_a_menu_for_the_rest(firm: Firm) -> None:
    support = await support_with_a_card(firm)

    card = await firm.card(support, "Взять", INTAKE)

    row = card.blocks[-1]["elements"]
    assert [element["type"] for element in row] == ["button", "overflow"]
    assert row[0]["style"] == "primary"
    assert card.labels == ["Взять", "Дело", "Переназначить"]
    assert card.notification.startswith(f"ONB-1 · {ROMASHKA}")


async def test_of_two_who_press_at_once_one_has_the_task_and_the_other_is_told_who(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    card = await firm.card(support, "Взять", INTAKE)
    gleb, daria = firm.people["gleb"], firm.people["daria"]

    await asyncio.gather(gleb.press(card, "Взять"), daria.press(card, "Взять"))

    await firm.until(lambda: "Исполнитель" in card.plain)
    await firm.until(lambda: gleb.has_view or daria.has_view)
    winner, loser = (gleb, daria) if gleb.has_view else (daria, gleb)
    assert "ONB-1 теперь у вас" in winner.view.plain
    assert winner.view.input("Заметка")
    await firm.until(lambda: "уже занята" in loser.ephemerals[-1].plain)
    assert not loser.has_view
    assert len(support.messages) == 1


async def test_a_press_on_what_the_card_showed_before_gets_a_polite_answer(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    card = await firm.press("gleb", support, "Взять", INTAKE)
    await firm.until(lambda: "Исполнитель" in card.plain)

    await firm.people["daria"].press_stale(card, "Взять")

    assert "Глеб Никитин" in await firm.told("daria", "уже занята")


async def test_a_comment_in_the_thread_reaches_the_other_department_and_is_not_repeated_where_it_was_said(
    firm: Firm,
) -> None:
    support = await support_with_a_card(firm)
    await firm.joins("boris")
    accounts = await firm.channel_of("accounts", "boris")
    card = await firm.card(support, "Взять", INTAKE)
    theirs = await firm.card(accounts, "Взять")

    await firm.people["gleb"].post(support, "Пароль < 8 знаков & готов", thread_ts=card.ts)

    told = await firm.server.wait_for_message(accounts, "Пароль < 8 знаков & готов")
    assert told.thread_ts == theirs.ts
    assert not told.is_broadcast
    assert [reply.plain for reply in support.replies(card)] == ["Пароль < 8 знаков & готов"]


async def test_a_comment_that_is_sent_to_the_channel_too_counts(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    card = await firm.card(support, "Взять", INTAKE)

    await firm.people["gleb"].post(support, "всем на заметку", thread_ts=card.ts, to_channel=True)

    assert await comments(firm) == ["всем на заметку"]


async def test_a_comment_counts_where_slack_does_not_tell_whose_message_it_stands_under(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    card = await firm.card(support, "Взять", INTAKE)
    firm.server.workspace.tells_parents = False

    await firm.people["gleb"].post(support, "готово", thread_ts=card.ts)

    assert await comments(firm) == ["готово"]


async def test_a_comment_that_is_changed_is_corrected_elsewhere(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    await firm.joins("boris")
    accounts = await firm.channel_of("accounts", "boris")
    await firm.card(accounts, "Взять")
    card = await firm.card(support, "Взять", INTAKE)
    said = await firm.people["gleb"].post(support, "в пятницу", thread_ts=card.ts)
    await firm.server.wait_for_message(accounts, "в пятницу")

    await firm.people["gleb"].edit(said, "в четверг")

    await firm.server.wait_for_message(accounts, "Исправление: в четверг")


async def test_a_file_said_in_the_thread_arrives_in_the_thread_of_the_other_department(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    await firm.joins("boris")
    accounts = await firm.channel_of("accounts", "boris")
    theirs = await firm.card(accounts, "Взять")
    card = await firm.card(support, "Взять", INTAKE)

    await firm.people["gleb"].post(support, "схема", thread_ts=card.ts, files=[("схема.pdf", b"%PDF-1.7 ...")])

    sent = await firm.until(lambda: [m for m in accounts.everything if m.files][-1])
    assert (sent.thread_ts, sent.files[0].name, sent.files[0].content) == (theirs.ts, "схема.pdf", b"%PDF-1.7 ...")


async def test_a_message_that_is_forwarded_into_the_thread_keeps_its_words_and_files(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    card = await firm.card(support, "Взять", INTAKE)
    gleb = firm.people["gleb"]
    said = await gleb.post(support, "вот смета", files=[("смета.pdf", b"%PDF-1.7 ...")])

    await gleb.forward(said, support, thread_ts=card.ts)
    await gleb.forward(said, support, "смотрите", thread_ts=card.ts)

    address = f"https://inplat.slack.com/archives/{support.id}/p{said.ts.replace('.', '')}"
    quotation = f"> вот смета\n— Gleb, {address}"
    assert await comments(firm) == [quotation, f"смотрите\n{quotation}"]
    history = await firm.app.queries.history((await firm.case("ONB-1")).id)
    assert [len(event.files) for event in history if isinstance(event, CommentAdded)] == [1, 1]


async def test_what_people_talk_about_elsewhere_in_the_channel_stays_theirs(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    await firm.card(support, "Взять", INTAKE)

    said = await firm.people["gleb"].post(support, "просто разговор")
    await firm.people["gleb"].post(support, "о своём", thread_ts=said.ts)

    assert await comments(firm) == []


@pytest.mark.system
async def test_a_reminder_stands_under_the_card_and_is_shown_in_the_channel_too(sqlite_url: str) -> None:
    clock = HandClock()
    async with SlackServer() as server, Firm(sqlite_url, server, clock=clock) as firm:
        support = await support_with_a_card(firm)
        card = await firm.card(support, "Взять", INTAKE)

        clock.move(minutes=31)
        await TimerFiring(
            handler=firm.app.handler, storage=firm.app.storage, queries=firm.app.queries, clock=clock
        ).fire_due()

        reminder = await firm.until(lambda: support.replies(card)[0])
        assert "ещё никто не взял" in reminder.plain
        assert (reminder.is_broadcast, "Взять" in reminder.labels) == (True, True)


async def test_a_card_whose_answer_got_lost_is_found_again_and_not_posted_twice(firm: Firm) -> None:
    await firm.joins("timur", "vera", "gleb")
    support = await firm.channel_of("tech_support", "gleb")
    # The line of the opener and the card, whichever is posted first.
    firm.server.fail("chat.postMessage", DropAfter(), times=2)

    await opened(firm, support)

    await firm.press("gleb", support, "Взять", INTAKE)
    await firm.until(lambda: "Исполнитель" in support.messages[0].plain)
    assert len(support.messages) == 1
    searched = [call.args["channel"] for call in firm.server.calls_of("conversations.history")]
    assert searched.count(support.id) == 1


async def test_a_head_gives_the_task_to_somebody_from_the_menu_of_the_card(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    await firm.joins("nikolay")

    await firm.press("nikolay", support, "Переназначить", INTAKE)
    menu = await firm.until(
        lambda: [m for m in firm.people["nikolay"].ephemerals if "Переназначить ONB-1" in m.plain][-1]
    )
    assert "Глеб Никитин: 0 задач" in menu.labels
    await firm.people["nikolay"].press(menu, "Глеб Никитин: 0 задач")

    await firm.until(lambda: "Исполнитель: Глеб Никитин" in support.messages[0].plain)
    await firm.told("gleb", "Задача теперь у вас")


async def test_an_earlier_client_is_not_overtaken_for_a_blank_reason(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    await opened(firm, support, client="ООО «Лютик»")
    gleb = firm.people["gleb"]
    await gleb.press(await firm.card(support, "Взять", "ООО «Лютик»"), "Взять")
    await firm.window("gleb", "Ждёт более ранний клиент")

    await gleb.fill("Причина", "   ")
    await gleb.submit()

    assert "Нужна причина" in gleb.view.errors["Причина"]
    await gleb.fill("Причина", "запуск завтра")
    await gleb.submit()
    await firm.told("gleb", "ONB-2 теперь у вас")


async def test_a_reason_that_can_no_longer_be_asked_for_in_a_window_is_offered_to_be_written(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    await opened(firm, support, client="ООО «Лютик»")
    gleb = firm.people["gleb"]
    firm.server.fail("views.open", Refuse("expired_trigger_id"))

    await gleb.press(await firm.card(support, "Взять", "ООО «Лютик»"), "Взять")
    offer = await firm.until(lambda: [m for m in gleb.ephemerals if "Написать причину" in m.labels][-1])
    await gleb.press(offer, "Написать причину")

    await firm.until(lambda: gleb.view.input("Причина"))


async def test_a_card_that_somebody_deletes_is_posted_again(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    card = await firm.card(support, "Взять", INTAKE)

    firm.server.workspace.delete_message(support, card)
    again = await firm.until(lambda: [m for m in support.messages if m.ts != card.ts and "Взять" in m.labels][-1])
    await firm.people["gleb"].press(again, "Взять")

    await firm.until(lambda: "Исполнитель" in again.plain)
    assert support.messages == [again]


async def test_a_card_of_a_closed_task_that_somebody_deletes_stays_away(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    card = await firm.press("gleb", support, "Взять", INTAKE)
    await firm.window("gleb", INTAKE)
    await fill(firm, "gleb", WORK[INTAKE].answers)
    await tick_all(firm, "gleb")
    await send(firm, "gleb", WORK[INTAKE].outcome)
    await firm.until(lambda: "Завершено" in card.plain)

    firm.server.workspace.delete_message(support, card)
    await firm.server.settled()
    await firm.slack.inbox.wait_until_idle()

    card_is_said = [call.args["channel"] for call in firm.server.calls_of("chat.postMessage")]
    assert card_is_said.count(support.id) == 1
    assert support.messages == []


async def test_somebody_of_another_department_is_refused_in_words_only_they_see(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    await firm.joins("anna")

    await firm.press("anna", support, "Взять", INTAKE)

    assert "Отдел тех. поддержки" in await firm.told("anna", "Это задача другого отдела")


async def test_a_long_comment_is_shown_whole_in_the_other_department(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    await firm.joins("boris")
    accounts = await firm.channel_of("accounts", "boris")
    await firm.card(accounts, "Взять")
    card = await firm.card(support, "Взять", INTAKE)
    long = "\n".join(f"{number} Настройка кассы и проверка платежа" for number in range(240))

    await firm.people["gleb"].post(support, long, thread_ts=card.ts)

    told = await firm.server.wait_for_message(accounts, "239 Настройка кассы")
    assert "0 Настройка" in told.plain
    assert [block["type"] for block in told.blocks] == ["rich_text"] * len(told.blocks)
    assert all(line in told.plain for line in long.split("\n"))


async def test_an_answer_to_a_press_inside_a_thread_is_shown_there(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    card = await firm.card(support, "Взять", INTAKE)
    said = {"text": "ONB-1", "blocks": card.blocks, "thread_ts": card.ts}
    await firm.slack.api.call("chat.postMessage", channel=support.id, **said)
    await firm.slack.api.call("chat.postMessage", channel=support.id, reply_broadcast=True, **said)
    inside, shown = support.replies(card)
    gleb = firm.people["gleb"]
    before = len(gleb.ephemerals)

    await gleb.press(inside, "Дело")
    await firm.until(lambda: len(gleb.ephemerals) == before + 1)
    await gleb.press(shown, "Дело")
    await firm.until(lambda: len(gleb.ephemerals) == before + 2)

    assert [answer.thread_ts for answer in gleb.ephemerals[before:]] == [card.ts, None]


async def test_what_cannot_be_shown_in_the_channel_is_told_in_private(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    card = await firm.card(support, "Взять", INTAKE)
    firm.server.fail("chat.postEphemeral", Refuse("user_not_in_channel"))
    large = [("огромный.bin", b"x" * (10 * 1024 * 1024 + 1))]

    await firm.people["gleb"].post(support, "", thread_ts=card.ts, files=large)

    await firm.server.wait_for_message(firm.people["gleb"].dm, "10 МБ")


async def test_all_cards_of_a_case_in_a_channel_have_one_thread(firm: Firm) -> None:
    await firm.joins("timur", "vera", "gleb")
    support = await firm.channel_of("tech_support", "vera", "gleb")
    await firm.bind(support, "accounts")
    await opened(firm, support)
    await firm.card(support, "Взять", INTAKE)
    await firm.card(support, "Взять", DOCUMENTS)

    first, second = support.messages
    assert second.is_broadcast
    assert second.thread_ts == first.ts
    await firm.restart()
    await firm.press("gleb", support, "Взять", INTAKE)
    await firm.until(lambda: "Исполнитель" in first.plain + second.plain)
    await firm.joins("olga")
    funding = await firm.channel_of("funding_sources", "olga")
    await firm.people["gleb"].post(support, "о втором", thread_ts=second.thread_ts)

    assert await comments(firm) == ["о втором"]
    assert len(support.messages) == 2
    assert funding.messages == []


async def test_a_card_that_was_deleted_takes_no_later_card_with_it(firm: Firm) -> None:
    await firm.joins("timur", "vera", "gleb")
    support = await firm.channel_of("tech_support", "vera", "gleb")
    await opened(firm, support)
    card = await firm.card(support, "Взять", INTAKE)
    firm.server.workspace.delete_message(support, card)

    await firm.bind(support, "accounts")

    later = await firm.card(support, "Взять", DOCUMENTS)
    assert later.thread_ts is None


async def test_what_comes_after_a_first_card_was_deleted_stands_under_the_one_that_replaced_it(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    await firm.joins("boris")
    accounts = await firm.channel_of("accounts", "boris")
    card = await firm.card(support, "Взять", INTAKE)
    firm.server.workspace.delete_message(support, card)
    again = await firm.until(lambda: [m for m in support.messages if m.ts != card.ts and "Взять" in m.labels][-1])

    theirs = await firm.card(accounts, "Взять")
    await firm.people["boris"].post(accounts, "нет подписи", thread_ts=theirs.ts)

    told = await firm.server.wait_for_message(support, "нет подписи")
    assert (again.thread_ts, told.thread_ts) == (None, again.ts)
    assert {call.args.get("thread_ts") for call in firm.server.calls_of("chat.postMessage")} <= {
        None,
        again.ts,
        theirs.ts,
    }


async def test_a_card_with_replies_that_somebody_deletes_is_posted_again_and_begins_a_new_thread(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    await firm.joins("boris")
    accounts = await firm.channel_of("accounts", "boris")
    card = await firm.card(support, "Взять", INTAKE)
    theirs = await firm.card(accounts, "Взять")
    await firm.people["gleb"].post(support, "готово", thread_ts=card.ts)

    firm.server.workspace.delete_message(support, card)
    again = await firm.until(lambda: [m for m in support.messages if "Взять" in m.labels][-1])
    await firm.people["boris"].post(accounts, "нет подписи", thread_ts=theirs.ts)

    told = await firm.server.wait_for_message(support, "нет подписи")
    assert card.is_tombstone
    assert (again.thread_ts, told.thread_ts) == (None, again.ts)


async def test_a_new_program_knows_that_a_first_card_was_deleted(firm: Firm) -> None:
    support = await support_with_a_card(firm)
    card = await firm.card(support, "Взять", INTAKE)
    await firm.bind(support, "accounts")
    later = await firm.card(support, "Взять", DOCUMENTS)
    firm.server.workspace.delete_message(support, card)
    again = await firm.until(lambda: [m for m in support.messages if "Взять" in m.labels and m is not later][-1])
    await firm.joins("olga")

    await firm.restart()
    await firm.joins("boris")
    accounts = await firm.channel_of("accounts", "boris")
    theirs = await firm.card(accounts, "Взять")
    await firm.people["boris"].post(accounts, "нет подписи", thread_ts=theirs.ts)

    told = await firm.server.wait_for_message(support, "нет подписи")
    assert (later.thread_ts, again.thread_ts, told.thread_ts) == (card.ts, None, again.ts)
