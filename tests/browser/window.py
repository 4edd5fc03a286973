"""A browser window of one person, driven by what is on the screen: labels, buttons, cards, toasts."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeAlias, cast

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Route, expect
from playwright.async_api import Error as PlaywrightError

from tests.browser.program import Program

Row: TypeAlias = Mapping[str, str]
_CONTEXT = {"locale": "ru-RU", "viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
NOTICES = re.compile("Задача появится здесь|Эту задачу ещё никто не взял|Напоминание снято|Все передачи пришли")
"""A notice about a task begins like its card does."""


class Window:
    """One page in a browser context of its own; what goes wrong in the page is kept in `troubles`."""

    def __init__(self, page: Page, program: Program) -> None:
        self.page = page
        self.person = ""
        self.troubles: list[str] = []
        self._program = program
        self._expected: list[str] = []
        self._hears = asyncio.Event()
        page.set_default_timeout(10_000)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))

    @classmethod
    async def opened(cls, browser: Browser, program: Program, **options: Any) -> Self:
        """Open a window; *options* are those of a browser context, such as `viewport`."""
        context = await browser.new_context(**_CONTEXT | options)
        return cls(await context.new_page(), program)

    @property
    def context(self) -> BrowserContext:
        """Return what holds the window's cookies and marks."""
        return self.page.context

    def expects(self, *troubles: str) -> None:
        """Say which console errors belong to the story, as regular expressions."""
        self._expected += troubles

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text}")

    def _note(self, trouble: str) -> None:
        if not any(re.search(expected, trouble) for expected in self._expected):
            self.troubles.append(f"{self.person}: {trouble}")

    # Going places

    async def become(self, person: str) -> None:
        """Choose a person in the picker; the channel of their department opens."""
        self.person = person
        await self.page.goto(f"{self._program.address}/pick/{person}")
        await expect(self.page.locator("#chat")).to_be_visible()

    async def open(self, path: str) -> None:
        """Open an address of the program."""
        await self.page.goto(self._program.address + path)

    async def open_chat(self, title: str) -> None:
        """Choose a chat in the list of chats."""
        await self.page.locator("#side").get_by_text(title, exact=True).click()
        await expect(self.page.locator("#chat h1")).to_contain_text(title)

    async def hear_nothing(self) -> None:
        """Hold back news from this window, as a slow network does, until `hear_again`; from the next page on."""

        async def keep_waiting(route: Route) -> None:
            await self._hears.wait()
            with suppress(PlaywrightError):  # the page may have gone meanwhile
                await route.continue_()

        self._hears.clear()
        await self.listens_alone()
        await self.page.route("**/events?**", keep_waiting)

    async def listens_alone(self) -> None:
        """Have the next page open a stream of its own, as browsers without shared workers do."""
        await self.page.add_init_script("delete window.SharedWorker")

    def hear_again(self) -> None:
        """Deliver the news that were held back from this window."""
        self._hears.set()

    # Reading

    def card(self, number: str, stage: str) -> Locator:
        """Find the latest card of a stage in the open chat."""
        heading = self.page.locator("#messages article").filter(has_text=f"{number} ·").filter(has_text=f"— {stage}")
        return heading.filter(has_not_text=NOTICES).last

    def toast(self, part: str) -> Locator:
        """Find a toast by some of its words."""
        return self.page.locator(".toast", has_text=part)

    @property
    def dialog(self) -> Locator:
        """Find the open dialog."""
        return self.page.locator("#dialog[open]")

    @property
    def panel(self) -> Locator:
        """Find the conversation of the case at the side."""
        return self.page.locator("#panel")

    # Acting

    async def press(self, on: Locator, label: str) -> None:
        """Press a button by the words on it, or by its name where it shows a sign only."""
        buttons = on.get_by_role("button")
        shown = buttons.filter(has_text=re.compile(rf"^\s*{re.escape(label)}\s*$"))
        await shown.or_(on.get_by_role("button", name=label, exact=True)).click()

    async def say(self, text: str) -> None:
        """Type a line into the box of the open chat and send it."""
        box = self.page.locator("#composer-text")
        await box.fill(text)
        await box.press("Escape")
        await box.press("Enter")

    async def claim(self, number: str, stage: str) -> None:
        """Take a task that waits in the open channel, and leave its form for later."""
        await self.take(number, stage)
        await self.press(self.dialog.locator("footer"), "Закрыть")
        await expect(self.page.locator("#dialog")).to_be_hidden()

    async def take(self, number: str, stage: str) -> None:
        """Take a task that waits in the open channel: its form opens."""
        await self.press(self.card(number, stage), "Взять")
        await expect(self.dialog.locator(".done")).to_contain_text(f"{number} теперь у вас")
        await expect(self.page.locator("#dialog-title")).to_contain_text(stage)

    async def open_form(self, number: str, stage: str) -> None:
        """Open the form of a task that this person has taken."""
        await self.press(self.card(number, stage), "Открыть")
        await expect(self.page.locator("#dialog-title")).to_contain_text(stage)

    async def new_case(self) -> None:
        """Open the form of a new case."""
        await self.press(self.page.locator("#side"), "Новое дело")
        await expect(self.page.locator("#dialog-title")).to_be_visible()

    def field(self, label: str) -> Locator:
        """Find a field of the open form by its label."""
        exactly = re.compile(rf"^\s*{re.escape(label)}\s*(?:₽|шт\.)?\s*\*?\s*$")
        return self.dialog.locator(".field").filter(has=self.page.locator(":scope > .label", has_text=exactly))

    def box(self, label: str) -> Locator:
        """Find what is typed into in a field."""
        return self.field(label).locator("input:not([type=hidden], [data-pick]), textarea, select")

    async def fill(self, answers: Mapping[str, object]) -> None:
        """Fill the open form by labels: words, a list of options, a list of rows, a path of a file."""
        for label, answer in answers.items():
            await self._fill(label, answer)

    async def draft_kept(self) -> None:
        """Wait until the server has saved what is typed."""
        await expect(self.page.locator("#draft-state")).to_have_text("Черновик сохранён")

    async def open_case(self, number: str) -> None:
        """Open the conversation of a case from its latest card in the open chat."""
        card = self.page.locator("#messages article").filter(has_text=f"{number} ·").last
        await self.press(card, "Дело")
        await expect(self.panel.locator("h2")).to_contain_text(number)

    async def _fill(self, label: str, answer: object) -> None:
        field = self.field(label)
        match await field.get_attribute("data-type"), answer:
            case "choices", [*options]:
                for option in options:
                    await _option(field, str(option)).check()
            case "yes_no", str():
                await _option(field, answer).check()
            case "choice", str():
                if await field.locator("select").count():
                    await self.box(label).select_option(answer)
                else:
                    await _option(field, answer).check()
            case "rows", [*rows]:
                await self._fill_rows(field, cast(Sequence[Row], rows))
            case "files", [*paths]:
                await self.box(label).set_input_files(cast(Sequence[Path], paths))
                await expect(field.locator(".file-list li")).to_have_count(len(paths))
            case "file", Path():
                await self.box(label).set_input_files(answer)
                await expect(field.locator(".file-state")).to_contain_text(answer.name)
            case _:
                await self.box(label).fill(str(answer))

    async def _fill_rows(self, field: Locator, rows: Sequence[Row]) -> None:
        for number, row in enumerate(rows):
            if number >= await field.locator("tbody tr").count():
                await self.press(field, "+ Добавить строку")
            for column, words in row.items():
                cell = field.locator("tbody tr").nth(number).locator(f'td[data-label="{column}"]')
                if await cell.locator("select").count():
                    await cell.locator("select").select_option(words)
                else:
                    await cell.locator("input:not([data-pick])").fill(words)

    async def tick_all(self) -> None:
        """Tick the whole check list of the open form."""
        ticks = self.page.locator("#checklist input:visible")
        for number in range(await ticks.count()):
            await ticks.nth(number).check()

    async def decide(self, outcome: str) -> None:
        """Choose a decision where there is a choice."""
        single = self.dialog.locator(".single-outcome")
        if await single.count():
            await expect(single).to_contain_text(outcome)
        else:
            await self.dialog.locator(".outcome", has_text=outcome).get_by_role("radio").check()

    async def preview(self, outcome: str) -> Locator:
        """Choose a decision and wait until what would be sent stands beside the form; returns the letters."""
        await self.decide(outcome)
        await expect(self.page.locator("#preview")).not_to_have_attribute("aria-busy", "true")
        return self.page.locator("#preview .letter")

    async def send(self) -> None:
        """Send the form."""
        await self.dialog.get_by_role("button", name=re.compile("^(Отправить|Завершить)$")).click()
        await expect(self.page.locator("#dialog")).to_be_hidden()


def _option(field: Locator, label: str) -> Locator:
    return field.get_by_label(label, exact=True)


def words(text: str | None) -> str:
    """Put plain blanks for the narrow and the unbreakable ones."""
    return re.sub(r"\s+", " ", text or "").strip()
