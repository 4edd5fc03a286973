"""Filling in a form in the private chat: by labels and buttons, one question at a time."""

import re
from collections.abc import Mapping

from tests.telegram.firm import Firm
from tests.telegram.server import Chat, Message

_LABEL = re.compile(r"^Вопрос \d+ из \d+\n\n?(?P<label>[^\n*]+?)(?:, ₽)?(?: \*)?$", re.MULTILINE)
SKIP, KEEP, DONE = "Пропустить", "Оставить", "Готово"
ADD, NO_ROW = "Добавить строку", "Без этой строки"
LATER, CHANGE, SEND = "Позже", "Изменить", "Отправить"
DECISION, ANOTHER = "Какое решение?", "Другое решение"
ACCEPT, TODAY, ACCEPT_ALL = "Оставить: ", "Сегодня, ", "Оставить всё предложенное: "
COMPLETE = "Завершить"
MORE = "Ответить и на это: "


def step_of(message: Message) -> int:
    """Return which screen of the interview a message shows; -1 when it shows none."""
    for row in message.keyboard or []:
        for button in row:
            if button.get("callback_data", "").startswith("iv:"):
                return int(button["callback_data"].split(":")[1])
    return -1


def _shown_by(message: Message) -> str:
    return f"{message.text}{message.keyboard}"


class FilledInterview:
    """An interview in somebody's private chat."""

    def __init__(self, firm: Firm, person: str) -> None:
        self.firm = firm
        self.name = person
        self.person = firm.people[person]
        self.chat: Chat = self.person.private
        newest = max(self.chat.messages, key=step_of, default=None)
        self.step = -1 if newest is None else step_of(newest)
        self.seen = "" if newest is None else _shown_by(newest)

    async def screen(self) -> Message:
        """Wait for the next screen, or for the same one with other ticks or days."""

        def newer() -> Message | None:
            newest = max(self.chat.messages, key=step_of, default=None)
            if newest is None or step_of(newest) < max(self.step, 0):
                return None
            return newest if step_of(newest) > self.step or _shown_by(newest) != self.seen else None

        message = await self.firm.until(newer)
        self.step, self.seen = step_of(message), _shown_by(message)
        return message

    @property
    def took_all(self) -> bool:
        """Whether everything that was suggested was accepted at once: then no question of it was asked."""
        return False

    def asks(self) -> bool:
        """Return whether the interview waits for a press or an answer."""
        return any(step_of(m) == self.step and {SEND, COMPLETE, LATER} & set(m.buttons) for m in self.chat.messages)

    async def press(self, message: Message, label: str) -> Message:
        """Press a button and wait for the next screen."""
        await self.person.press(message, label)
        return await self.screen()

    async def types(self, words: str) -> Message:
        """Type an answer and wait for the next screen."""
        await self.person.send(self.chat, words)
        return await self.screen()

    async def fill(self, answers: Mapping[str, object], outcome: str = "") -> Message:
        """Choose the *outcome* where it is asked for, and answer everything until the summary.

        What may be left out is answered from the summary, what is answered already is changed there. Of questions that
        are not in *answers* what is suggested is accepted; the others are skipped or kept.
        """
        asked = set[str]()
        message = await self.screen()
        if DECISION in message.text:
            message = await self.press(message, outcome)
        message = await self._asked(message, answers, asked)
        for label, value in answers.items():
            if f"{MORE}{label}" in message.buttons:
                message = await self.answer(await self.press(message, f"{MORE}{label}"), value)
            elif label not in asked and not self.took_all:
                listed = await self.press(message, CHANGE)
                message = await self.answer(await self.press(listed, label), value)
            message = await self._asked(message, answers, asked)
        return message

    async def _asked(self, message: Message, answers: Mapping[str, object], asked: set[str]) -> Message:
        """Answer question after question, noting them in *asked*, until the summary."""
        before = ""
        while (label := label_of(message)) is not None:
            if label == before:
                raise AssertionError(f"asked again:\n{message.text}\n{message.labels}")
            before = label
            asked.add(known := _known(label, answers))
            message = await self.answer(message, answers.get(known))
        return message

    async def answer(self, message: Message, value: object) -> Message:
        """Answer one question."""
        match value:
            case None:
                accepting = [label for label in message.buttons if label.startswith((ACCEPT, TODAY))]
                going_on = [word for word in (SKIP, KEEP, DONE) if word in message.buttons]
                return await self.press(message, [*accepting, *going_on][0])
            case list() if value and isinstance(value[0], Mapping):
                for row in value:
                    message = await self.row(await self.press(message, ADD), row)
                return await self.press(message, DONE)
            case list():
                for option in value:
                    message = await self.press(message, f"▫️ {option}")
                return await self.press(message, DONE)
        return await self.given(message, str(value))

    async def row(self, message: Message, cells: Mapping[str, str]) -> Message:
        """Fill in one row, cell by cell."""
        before = ""
        while NO_ROW in message.buttons:
            label = label_of(message)
            if label is None or label == before:
                raise AssertionError(f"asked again:\n{message.text}\n{message.labels}")
            before = label
            value = cells.get(_known(label, cells))
            message = await (self.press(message, SKIP) if value is None else self.given(message, value))
        return message

    async def given(self, message: Message, words: str) -> Message:
        """Press the button with this label, or type the label."""
        if words in message.buttons:
            return await self.press(message, words)
        return await self.types(words)

    async def send(self, outcome: str) -> None:
        """Tick everything on the summary, choose the outcome where there is a choice, send what is shown."""
        message = next(m for m in self.chat.messages if step_of(m) == self.step)
        while unticked := [label for label in message.buttons if label.startswith("▫️ ")]:
            message = await self.press(message, unticked[0])
        if outcome in message.buttons and outcome != SEND:
            message = await self.press(message, outcome)
        assert outcome in message.text
        await self.person.press(message, SEND if SEND in message.buttons else COMPLETE)


def label_of(message: Message) -> str | None:
    """Return the label of the question on a screen; None when it is not a question."""
    found = _LABEL.search(message.text)
    return None if found is None else found["label"].strip()


def _known(label: str, answers: Mapping[str, object]) -> str:
    """Return the label under which an answer is given: the question may name its unit."""
    return next((known for known in answers if label.startswith(f"{known}, ")), label)
