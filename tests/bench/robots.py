"""Robots that connect one client of InPlat, in the web chat, in Telegram and in Slack, and count what it costs them.

They press what the chat shows, accept what it suggests, and answer what a decision requires. What is left of their
presses without the facts (answers, choices, ticks, a decision where there are several) is what the chat costs.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.conversation.interview.steps.moves import Move, is_move, read_move
from tests.companies import inplat
from tests.play.form import Answers, Form
from tests.play.play import Play
from tests.scenarios.inplat import (
    ACCEPTANCE,
    ACQUISITION,
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
    WORK,
)
from tests.slack import firm as slack
from tests.slack import forms
from tests.slack.server import Person as SlackPerson
from tests.slack.server import SlackServer
from tests.telegram import firm as telegram
from tests.telegram.filled_interview import ACCEPT, ACCEPT_ALL, DONE, TODAY, FilledInterview, label_of
from tests.telegram.server import Message, TelegramServer
from tests.telegram.server import Person as TelegramPerson
from workflows.domain.definition import Field
from workflows.domain.ids import ProcessId

HANDOVERS = {
    ACQUISITION: "H1",
    INTAKE: "-",
    DOCUMENTS: "H2",
    BANK: "H5",
    GOODS_LIST: "H3, H4",
    CATALOGUE: "H8",
    PREPARATION: "-",
    MODULE: "H6, H7",
    ACCEPTANCE: "-",
    TESTING: "H9",
    LAUNCH: "to the client",
}
"""What each stage hands over, in the order in which the robots work."""
_TECHNICAL = (INTAKE, PREPARATION, TESTING)
_TAKE_ROWS = "Взять эти строки: "

_FACTS = {Move.SET, Move.SAY, Move.DAY, Move.TICK, Move.ACCEPT, Move.ACCEPT_ALL, Move.KNOWN, Move.ITEM, Move.ITEMS}
"""The moves of a Telegram screen that say something only the person knows."""


@dataclass(slots=True)
class Cost:
    """What a stage cost: presses beyond the facts, and typed characters that the program knew."""

    presses: int = 0
    known: int = 0


class Account:
    """What the stages of one case cost so far; `now` is the stage at work."""

    def __init__(self) -> None:
        self.costs: dict[str, Cost] = {}
        self._said: set[str] = set()

    def begin(self, stage: str) -> None:
        """Begin with a stage."""
        self.now = self.costs[stage] = Cost()

    def press(self) -> None:
        """Count a press that is no fact."""
        self.now.presses += 1

    def types(self, label: str, words: str) -> None:
        """Count typed words if the program knew them: it has a default for the answer, or somebody said it before."""
        if words in self._said or label in _defaults():
            self.now.known += len(words)

    def ends(self, answers: Answers) -> None:
        """Remember what was said at a stage."""
        for answer in answers.values():
            rows = [row.values() for row in answer if isinstance(row, Mapping)] if isinstance(answer, list) else []
            self._said |= {answer} if isinstance(answer, str) else {cell for row in rows for cell in row}


def fields_of(stage: str) -> Mapping[str, Field]:
    """Return the fields of a stage by their labels."""
    stages = inplat().definitions[ProcessId("client_onboarding")].stages.values()
    return {field.label.ru: field for each in stages if each.title.ru == stage for field in each.form}


@cache
def _defaults() -> frozenset[str]:
    fields = [field for stage in HANDOVERS for field in fields_of(stage).values()]
    return frozenset(field.label.ru for field in fields if field.default is not None and not field.columns)


def required(stage: str) -> Answers:
    """Return what has to be answered at a stage; a cell that is its column's default is left out."""
    answers = CLIENT if stage == ACQUISITION else WORK[stage].answers
    fields = fields_of(stage)
    return {
        label: [_without_defaults(fields[label], row) for row in answer]
        if fields[label].columns and isinstance(answer, list)
        else answer
        for label, answer in answers.items()
        if fields[label].required
    }


def _without_defaults(field: Field, row: Mapping[str, str]) -> Mapping[str, str]:
    columns = {column.label.ru: column for column in field.columns}
    return {label: cell for label, cell in row.items() if not _is_default(columns[label], cell)}


def _is_default(column: Field, cell: str) -> bool:
    chosen = [option.id for option in column.options if option.label.ru == cell]
    return column.default is not None and [column.default.source] == chosen


async def in_the_web_chat(database_url: str) -> Account:
    """Connect a client in the web chat: the page opens a form in a dialog and sends it as a whole."""
    account = Account()
    async with Play(database_url) as play:
        for stage in HANDOVERS:
            account.begin(stage)
            account.press()
            if stage == ACQUISITION:
                form, outcome = await play.person("anna").new_case(), BEGIN
            else:
                form = await play.person(WORK[stage].by).takes("ONB-1", stage)
                outcome = WORK[stage].outcome
            answers = required(stage)
            _fill(account, form, answers)
            await form.tick_all()
            account.press()
            assert (await form.finish(outcome)).closes_dialog
            account.ends(answers)
        assert (await play.case("ONB-1")).end == "connected"
    return account


def _fill(account: Account, form: Form, answers: Answers) -> None:
    """Type what is not suggested; of rows the cells that are missing, further rows as a pasted table."""
    for label, answer in answers.items():
        field = next(field for field in form.view.fields if field.label == label)
        if field.columns and isinstance(answer, list):
            before = field.shown if isinstance(field.shown, list) else []
            rows = form.fill({label: answer}).typed(label)
            assert isinstance(rows, list)
            own = {column.name: column.suggested for column in field.columns if column.suggested is not None}
            for at, row in enumerate(rows):
                shown = before[at] if at < len(before) else own
                for column, cell in row.items():
                    if shown.get(column) != cell:
                        account.types(column, cell)
                row.update({column: cell for column, cell in own.items() if column not in row})
        elif form.typed(label) in (None, ""):
            form.fill({label: answer})
            if isinstance(answer, str):
                account.types(label, answer)


class _TelegramHands:
    """A person on Telegram whose presses are counted; everything else is that person's."""

    def __init__(self, person: TelegramPerson, account: Account) -> None:
        self._person = person
        self._account = account

    def __getattr__(self, name: str) -> Any:
        return getattr(self._person, name)

    def press(self, message: Message, label: str) -> Any:
        """Press a button and count it, unless it says a fact."""
        action = message.button(label)["callback_data"]
        if not is_move(action) or not self._is_fact(message, read_move(action).move):
            self._account.press()
        return self._person.press(message, label)

    def _is_fact(self, message: Message, move: Move) -> bool:
        if move is not Move.DECIDE:
            return move in _FACTS
        buttons = [button for row in message.keyboard or [] for button in row]
        return sum(f":{Move.DECIDE}:" in button.get("callback_data", "") for button in buttons) > 1


class _Interview(FilledInterview):
    """Accepts what is suggested, types rows as lines and several options as one, and counts the characters."""

    def __init__(self, firm: telegram.Firm, person: str, account: Account) -> None:
        super().__init__(firm, person)
        self._account = account
        self._took_all = False

    @property
    def took_all(self) -> bool:
        return self._took_all

    async def answer(self, message: Message, value: object) -> Message:
        """Answer one question."""
        suggested = [label for label in message.buttons if label.startswith((ACCEPT_ALL, ACCEPT, TODAY, _TAKE_ROWS))]
        rows = value if isinstance(value, list) and value and isinstance(value[0], Mapping) else []
        if suggested:
            self._took_all |= suggested[0].startswith(ACCEPT_ALL)
            message = await self.press(message, suggested[0])
            return await self._missing_cells(message, rows)
        if not rows and isinstance(value, list):
            return await self.types(", ".join(map(str, value)))
        if not rows:
            return await super().answer(message, value)
        columns = [column.label.ru for column in _rows_field(str(label_of(message))).columns]
        lines = [[str(row.get(column, "")) for column in columns] for row in rows]
        for cells in lines:
            for column, cell in zip(columns, cells, strict=True):
                self._account.types(column, cell)
        message = await self.types("\n".join("; ".join(cells) for cells in lines))
        return await self.press(message, DONE) if DONE in message.buttons else message

    async def _missing_cells(self, message: Message, rows: list[Mapping[str, str]]) -> Message:
        """Answer what the suggested rows lack, row by row."""
        cells = {label: deque(row[label] for row in rows) for label in (rows[0] if rows else ())}
        while (label := label_of(message)) in cells:
            message = await self.given(message, cells[label].popleft())
        return await self.press(message, DONE) if rows and DONE in message.buttons else message

    async def given(self, message: Message, words: str) -> Message:
        """Press the button with this label, or type the label."""
        if words not in message.buttons:
            self._account.types(str(label_of(message)), words)
        return await super().given(message, words)


def _rows_field(label: str) -> Field:
    return next(fields[label] for stage in HANDOVERS if label in (fields := fields_of(stage)))


async def on_telegram(database_url: str) -> Account:
    """Connect a client on the local Telegram: cards in groups, forms question by question in private chats."""
    account = Account()
    async with TelegramServer() as server, telegram.Firm(database_url, server) as firm:
        await firm.joins("timur", "vera", "nikolay", "roman")
        commercial = await firm.group_of("sales", "vera")
        for department in ("accounts", "funding_sources"):
            await firm.people["timur"].send(commercial, f"/bind {department}")
        support = await firm.group_of("tech_support", "nikolay")
        development = await firm.group_of("development", "roman")
        await firm.until(lambda: len(firm.app.chats.directory.bindings()) == 5)
        for name, person in firm.people.items():
            firm.people[name] = _TelegramHands(person, account)  # type: ignore[assignment]
        rooms = {"vera": commercial, "nikolay": support, "roman": development}
        for stage in HANDOVERS:
            account.begin(stage)
            name, outcome = _who(stage)
            if stage == ACQUISITION:
                account.press()
                interview = _Interview(firm, name, account)
                await firm.people[name].send(firm.people[name].private, "/new")
            else:
                interview = _Interview(firm, name, account)
                await firm.press(name, rooms[name], "Взять", f"— {stage}")
            answers = required(stage)
            await interview.fill(answers, outcome)
            await interview.send(outcome)
            account.ends(answers)
        await firm.until(lambda: firm.people["vera"].private.find("завершено"))
        assert (await firm.case("ONB-1")).end == "connected"
    return account


def _who(stage: str) -> tuple[str, str]:
    """Return one of three people, and the outcome."""
    if stage == ACQUISITION:
        return "vera", BEGIN
    name = "roman" if stage == MODULE else "nikolay" if stage in _TECHNICAL else "vera"
    return name, WORK[stage].outcome


class _SlackHands:
    """A person on Slack whose presses are counted; filling in fields is that person's."""

    def __init__(self, person: SlackPerson, account: Account) -> None:
        self._person = person
        self._account = account

    def __getattr__(self, name: str) -> Any:
        if name in ("press", "submit", "close", "command"):
            self._account.press()
        return getattr(self._person, name)


async def on_slack(database_url: str) -> Account:
    """Connect a client on the local Slack: cards in channels, forms in windows."""
    account = Account()
    async with SlackServer() as server, slack.Firm(database_url, server) as firm:
        await firm.joins("timur", "vera", "nikolay", "roman")
        commercial = await firm.channel_of("sales", "vera")
        for department in ("accounts", "funding_sources"):
            await firm.bind(commercial, department)
        support = await firm.channel_of("tech_support", "nikolay")
        development = await firm.channel_of("development", "roman")
        for name, person in firm.people.items():
            firm.people[name] = _SlackHands(person, account)  # type: ignore[assignment]
        rooms = {"vera": commercial, "nikolay": support, "roman": development}
        for stage in HANDOVERS:
            account.begin(stage)
            name, outcome = _who(stage)
            if stage == ACQUISITION:
                await firm.people[name].command("/handover", "new", commercial)
                await firm.window(name, "Подключение клиента")
            else:
                await firm.press(name, rooms[name], "Взять", f"— {stage}")
                await firm.window(name, stage)
            answers = required(stage)
            await forms.decide(firm, name, outcome, *answers)
            await _fill_window(account, firm, name, answers)
            await forms.tick_all(firm, name)
            # A person sends when the window shows what becomes of the last tick.
            await firm.slack.inbox.wait_until_idle()
            await forms.send(firm, name, outcome)
            account.ends(answers)
        await firm.until(lambda: "Завершено: Клиент подключён" in commercial.messages[-1].plain)
        assert (await firm.case("ONB-1")).end == "connected"
    return account


async def _fill_window(account: Account, firm: slack.Firm, name: str, answers: Answers) -> None:
    """Fill in what the window does not show already; of rows the cells, or where there are too few the pasted table."""
    for label, answer in answers.items():
        if not (isinstance(answer, list) and answer and isinstance(answer[0], Mapping)):
            await _fill_in(account, firm, name, label, answer)
            continue
        if f"{len(answer)}. {next(iter(answer[0]))}" not in firm.people[name].view.inputs:
            for row in answer:
                for column, cell in row.items():
                    account.types(column, cell)
            columns = [column.label.ru for column in _rows_field(label).columns]
            lines = ("\t".join(str(row.get(column, "")) for column in columns) for row in answer)
            await firm.people[name].fill(label, "\n".join(lines))
            continue
        for number, row in enumerate(answer, 1):
            for column, cell in row.items():
                await _fill_in(account, firm, name, f"{number}. {column}", cell)


async def _fill_in(account: Account, firm: slack.Firm, name: str, label: str, answer: object) -> None:
    view = firm.people[name].view
    if view.value(label):
        return
    typed = forms.typed(view, label, answer)
    if view.input(label)["element"]["type"].endswith("_input"):
        account.types(label, str(typed))
    await firm.people[name].fill(label, typed)
