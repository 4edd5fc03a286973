"""A mixed company: a case goes from a department on Telegram to one in the web chat and back; both see all of it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from bot.conversation.incoming import Commented
from tests.play.actor import Actor
from tests.play.play import OnWeb
from tests.scenarios.inplat import ACQUISITION, BEGIN, CLIENT, DOCUMENTS, ROMASHKA
from tests.telegram.filled_interview import FilledInterview
from tests.telegram.firm import Firm
from workflows.domain.events import CommentAdded

pytestmark = pytest.mark.system

T = TypeVar("T")


class Watching(OnWeb):
    """Waits for what the program delivers."""

    async def sees(self, look: Callable[[], Awaitable[T]]) -> T:
        """Check again after each event of the open pages until the condition holds."""
        with self.app.services.hub.subscribe() as subscription:
            news = subscription.read(8)
            while True:
                try:
                    return await look()
                except LookupError:
                    if await anext(news) is None:
                        raise


async def card(web: Watching, person: Actor, stage: str, words: str) -> str:
    """Wait until the person's card of a stage contains some text, and return its whole text."""

    async def look() -> str:
        text = (await person.card("ONB-1", stage)).text
        if words not in text:
            raise LookupError(words)
        return text

    return await web.sees(look)


async def test_a_case_goes_from_telegram_to_the_web_chat_and_back_with_its_comments(firm: Firm) -> None:
    await firm.joins("timur", "anna")
    sales = await firm.group_of("sales", "anna")
    web = Watching(firm.app)
    boris = web.person("boris")

    await firm.people["anna"].send(firm.people["anna"].private, "/new")
    opening = FilledInterview(firm, "anna")
    await opening.fill(CLIENT)
    await opening.send(BEGIN)

    offered = await card(web, boris, DOCUMENTS, "Ждёт исполнителя")
    assert ROMASHKA in offered
    assert "Анна Соколова" in offered
    await boris.press(await boris.card("ONB-1", DOCUMENTS), "Взять")
    await card(web, boris, DOCUMENTS, "Исполнитель: Борис Лебедев")
    form = await boris.opens(await boris.card("ONB-1", DOCUMENTS))
    form.fill({"Чего не хватает": "Нет устава"})
    await form.tick_all()
    await form.send("Документов не хватает")
    await card(web, boris, DOCUMENTS, "Завершено: Документов не хватает")

    back = await firm.button(sales, "Взять", f"— {ACQUISITION}")
    assert "Борис Лебедев" in back.text
    assert "Нет устава" in back.text
    await firm.people["anna"].press(back, "Взять")
    await firm.until(lambda: "Исполнитель: Анна Соколова" in back.text)

    case = await firm.case("ONB-1")
    await boris.does(Commented(case_id=case.id, text="Устав нужен с печатью"))
    said = await firm.until(lambda: sales.find("Устав нужен с печатью"))
    assert said.reply_to is back
    await firm.people["anna"].reply(back, "Клиент пришлёт сегодня")

    async def heard() -> CommentAdded:
        history = await firm.app.queries.history(case.id)
        comments = [event for event in history if isinstance(event, CommentAdded)]
        if comments[-1].text != "Клиент пришлёт сегодня":
            raise LookupError("comment")
        return comments[-1]

    assert (await web.sees(heard)).by == "anna"
    assert [call.error for call in firm.server.calls if call.error] == []
