"""InPlat's forms asked question by question: rows taken over from another list, stages that are repeated."""

from typing import Self

from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Incoming, Intent, Press, Said
from bot.conversation.interview.interview import Interview
from bot.conversation.reply import Reply
from tests.fakes.memory import Memory
from tests.fakes.notes import MemoryNotes
from tests.play.actor import Actor
from tests.play.play import Play
from tests.play.screen import words_of
from tests.scenarios import inplat
from tests.scenarios.inplat import (
    ACCEPTANCE,
    BANK,
    BEGIN,
    CATALOGUE,
    CLIENT,
    DOCUMENTS,
    GOODS_LIST,
    INTAKE,
    LAUNCH,
    MODULE,
    PREPARATION,
    TESTING,
)
from workflows.domain.ids import FieldName
from workflows.domain.text import Language
from workflows.ports.chat import Button, Dialect

CASE = "ONB-1"


class Questions:
    """Somebody in a private chat that has no dialogs; `text` is the current screen."""

    def __init__(self, play: Play, actor: Actor) -> None:
        services = play.app.services
        assert isinstance(services.conversation, Conversation)
        self._play, self._actor = play, actor
        self._interview = Interview(
            conversation=services.conversation,
            notes=MemoryNotes(Memory()),
            queries=play.app.queries,
            definitions=services.definitions,
            messages=services.conversation.messages,
            clock=services.clock,
            zone=services.timezone,
        )
        self.text = ""
        self.buttons: tuple[Button, ...] = ()

    @property
    def labels(self) -> list[str]:
        """Return the labels of the buttons."""
        return [button.label for button in self.buttons]

    async def takes(self, stage: str) -> Self:
        """Claim a task and begin with its form."""
        card = await self._actor.card(CASE, stage)
        return await self._does(Press(action=next(b.action for b in card.buttons if b.label == "Взять" and b.action)))

    async def says(self, words: str) -> Self:
        """Type an answer."""
        return await self._does(Said(text=words))

    async def presses(self, *labels: str) -> Self:
        """Press buttons, one after the other."""
        for label in labels:
            action = next(button.action for button in self.buttons if button.label == label)
            assert action is not None
            await self._does(Press(action=action))
        return self

    async def _does(self, intent: Intent) -> Self:
        reply: Reply = await self._interview.handle(
            Incoming(
                update_id=self._play.next_update(),
                person=self._actor.id,
                language=Language.RU,
                chat=self._actor.private,
                dialect=Dialect.INLINE_HTML,
                intent=intent,
            )
        )
        await self._play.settle()
        assert reply.message is not None, reply
        self.text = words_of(reply.message.text)
        self.buttons = tuple(button for row in reply.message.buttons for button in row)
        return self


async def test_rows_of_another_list_are_taken_over_and_only_what_they_lack_is_asked(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do_up_to(play, CASE, DOCUMENTS, BANK, GOODS_LIST)

    elena = await Questions(play, play.person("elena")).takes(CATALOGUE)
    assert "1. Букет ромашек" in elena.text
    await elena.presses("Взять эти строки: 2")
    assert "Идентификатор" in elena.text
    assert "Название в системе: Букет ромашек" in elena.text
    await (await elena.says("GD-1")).presses("СБП")
    assert "Название в системе: Доставка" in elena.text
    await (await elena.says("GD-2")).presses("банковская карта")

    assert "1. Букет ромашек · GD-1 · СБП" in elena.text
    assert "2. Доставка · GD-2 · банковская карта" in elena.text
    # The last cell leads on to the summary with its check list.
    assert "Всё сделано" in [button.label for button in elena.buttons]


async def test_a_repeated_stage_asks_anew_what_may_have_changed_and_marks_what_stands(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do_up_to(play, CASE, DOCUMENTS, BANK, GOODS_LIST, CATALOGUE, MODULE)
    form = await play.person("gleb").takes(CASE, TESTING)
    await form.fill({"Результаты тестирования": "Не вышло", "Замечания к модулю": "Возврат"}).send(
        "Тестирование не пройдено"
    )

    roman = await Questions(play, play.person("roman")).takes(MODULE)
    assert "Версия модуля" in roman.text
    assert "В прошлый раз: 2.4.1" in roman.text
    await roman.says("2.4.2")

    assert "Среды: stage и prod (из прошлого раза)" in roman.text
    assert "Версия модуля: 2.4.2 (" not in roman.text


async def test_the_last_cell_of_a_row_typed_as_a_line_may_be_the_suggested_one(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do_up_to(play, CASE, DOCUMENTS, BANK)

    maria = await Questions(play, play.person("maria")).takes(GOODS_LIST)
    await maria.says("Букет; Р-1; 1500")

    assert "1. Букет · Р-1 · 1 500,00 ₽ · НДС 22 %" in maria.text.replace("\u00a0", " ")
    await maria.presses("Добавить строку")
    for words in ("Доставка", "Р-2", "300"):
        await maria.says(words)
    assert "Оставить: НДС 22 %" in maria.labels


async def test_what_an_earlier_decision_asked_is_kept_when_another_one_is_chosen(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do(play, CASE, DOCUMENTS)

    anna = await Questions(play, play.person("anna")).takes(BANK)
    await anna.presses("Банк отказал")
    assert "Дата решения банка" in anna.text
    assert "Сегодня, 2 марта" in anna.labels
    await anna.presses("Сегодня, 2 марта")
    await anna.says("Запрещённые товары")
    assert "Владелец ЭЦП" not in anna.text
    await anna.presses("Другое решение", "Банк просит исправить")
    await anna.says("Нет подписи")
    await anna.presses("Другое решение", "Банк отказал")

    assert "Причина отказа банка: Запрещённые товары" in anna.text
    case = await play.case(CASE)
    assert FieldName("bank_refusal_reason") not in case.values


async def test_days_that_cannot_well_be_are_asked_about_before_they_are_sent(play: Play) -> None:
    form = (await play.person("anna").new_case()).fill({**CLIENT, "Желаемая дата запуска": "01.03.2026"})
    begun = await form.preview(BEGIN)
    assert [doubt.partition(":")[0] for doubt in begun.view.doubts] == ["Желаемая дата запуска"]
    await begun.send()
    await inplat.do(play, CASE, DOCUMENTS)

    bank = await play.person("anna").takes(CASE, BANK)
    early = {**inplat.WORK[BANK].answers, "Дата решения банка": "20.02.2026", "Дата получения ЭЦП": "03.03.2026"}
    decided = await (await bank.fill(early).tick_all()).preview(inplat.WORK[BANK].outcome)

    assert [doubt.partition(":")[0] for doubt in decided.view.doubts] == ["Дата получения ЭЦП", "Дата решения банка"]


async def test_usual_days_are_not_asked_about(play: Play) -> None:
    await inplat.open_case(play)
    for stage in (DOCUMENTS, BANK, GOODS_LIST, INTAKE, CATALOGUE, PREPARATION, MODULE, ACCEPTANCE, TESTING, LAUNCH):
        sent = await inplat.do(play, CASE, stage)
        assert sent.view.doubts == (), stage


async def test_an_answer_that_is_asked_anew_may_be_as_last_time_with_one_press(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do_up_to(play, CASE, DOCUMENTS, BANK, GOODS_LIST, CATALOGUE, MODULE)
    form = await play.person("gleb").takes(CASE, TESTING)
    await form.fill({"Результаты тестирования": "Не вышло", "Замечания к модулю": "Возврат"}).send(
        "Тестирование не пройдено"
    )
    roman = await Questions(play, play.person("roman")).takes(MODULE)

    await roman.presses("Как в прошлый раз: 2.4.1")

    assert "Версия модуля: 2.4.1" in roman.text
    assert not [label for label in roman.labels if label.startswith("Как в прошлый раз")]
