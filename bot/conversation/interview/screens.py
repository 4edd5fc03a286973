"""The screens of an interview: a question, the summary, the preview. Each is one message with its buttons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from babel.numbers import get_currency_symbol

from bot.conversation.interview.calendar import calendar_buttons, month_of
from bot.conversation.interview.progress import Progress, Screen
from bot.conversation.reply import Ask, FieldView, FormView, Menu, PreviewView
from bot.conversation.turn import in_rows, plain
from bot.rendering.environment import Messages
from bot.rendering.filters import LOCALES, words_of
from bot.rendering.i18n import Words, words_in
from workflows.domain.definition import Field, FieldType, Option
from workflows.domain.forms import problem_of, read
from workflows.domain.text import Language, Text
from workflows.ports.chat import Button, ButtonStyle, Dialect, Message

PREFIX = "iv:"
"""How the actions of an interview begin; all others are those of `bot.conversation.actions`."""
PAGE = 40
"""How many choices a screen shows at once; no chat takes more than a hundred buttons below a message."""
MANY_OPTIONS = 8
"""From so many on, options stand in two columns."""
TICK, NO_TICK = "✓ ", "▫️ "

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screens:
    """Draws screens for one reader."""

    messages: Messages
    dialect: Dialect
    language: Language
    today: date

    @property
    def words(self) -> Words:
        """Return the words of the reader's language."""
        return words_in(self.language)

    def command(self, word: str) -> str:
        """Return a command as it is written in the chat."""
        return self.messages.style(self.dialect).command(word)

    def of(self, form: FormView, progress: Progress, problem: str | None = None) -> Message:
        """Show where somebody is in a form; the preview, which has to be made anew, as the summary before it."""
        match progress.screen:
            case Screen.QUESTION:
                return self.question(form, progress, problem)
            case Screen.CELL:
                return self.cell(form, progress, problem)
            case Screen.CHANGE:
                return self.change(form, progress)
        return self.summary(form, progress, problem)

    def question(self, form: FormView, progress: Progress, problem: str | None = None) -> Message:
        """Ask one question."""
        field = form.fields[progress.at]
        must_answer = form.must_answer(field)
        navigation = self._navigation(field, progress, may_skip=not must_answer)
        rows = [*self._choices(field, field.value, progress), *navigation]
        return self._message(
            "question",
            rows,
            title=f"{form.title} · {form.subtitle}",
            number=progress.at + 1,
            of=len(form.fields),
            label=field.label,
            required=must_answer,
            needed_for=", ".join(form.needing(field)) if field.required and not must_answer else "",
            hint=field.hint or "",
            currency=self._currency(field),
            now="" if field.columns else self.value_words(field, field.value),
            rows=self._row_lines(field),
            problem=problem or "",
            how=self._how(field),
            known=form.known if progress.at == 0 and not progress.is_changing else (),
        )

    def cell(self, form: FormView, progress: Progress, problem: str | None = None) -> Message:
        """Ask for one cell of a new row."""
        field = form.fields[progress.at]
        column = field.columns[progress.column]
        action = self._action(progress)
        value = progress.cells.get(column.name)
        back = Button(label=self.words.gettext("Back"), action=action("back", ""))
        on = Button(
            label=self.words.gettext("Keep") if value else self.words.gettext("Skip"), action=action("skip", "")
        )
        later = Button(label=self.words.gettext("Later"), action=action("cancel", ""))
        rows = [
            *self._choices(column, value, progress),
            (back, later) if column.required and not value else (back, on, later),
            (Button(label=self.words.gettext("Without this row"), action=action("norow", "")),),
        ]
        row = self.words.gettext("row %(number)s", number=len(field.value) + 1 if isinstance(field.value, list) else 1)
        typed = ((other.label, self.value_words(other, progress.cells.get(other.name))) for other in field.columns)
        return self._message(
            "question",
            rows,
            title=f"{form.title} · {field.label} · {row}",
            number=progress.column + 1,
            of=len(field.columns),
            label=column.label,
            required=column.required,
            needed_for="",
            currency=self._currency(column),
            hint=column.hint or "",
            now=self.value_words(column, value),
            rows=(),
            problem=problem or "",
            how=self._how(column),
            known=[(label, words) for label, words in islice(typed, progress.column) if words],
        )

    def summary(self, form: FormView, progress: Progress, problem: str | None = None) -> Message:
        """Show all answers, the check list and the decisions."""
        action, words = self._action(progress), self.words
        items = [
            Button(
                label=f"{TICK if item.done else NO_TICK}{item.label}",
                action=action("unitem" if item.done else "item", str(at)),
            )
            for at, item in enumerate(form.checklist)
        ]
        rows = list(self._page(items, progress, 1))
        rows += [
            (Button(label=outcome.title, action=action("go", str(at)), style=ButtonStyle.PRIMARY),)
            for at, outcome in enumerate(form.outcomes)
        ]
        change = Button(label=words.gettext("Change"), action=action("change", ""))
        later = Button(label=words.gettext("Later"), action=action("cancel", ""))
        rows.append((change, later) if form.fields else (later,))
        answers = [
            (field.label, self._row_lines(field), self.value_words(field, field.value) or "—") for field in form.fields
        ]
        return self._message(
            "summary",
            tuple(rows),
            title=f"{form.title} · {form.subtitle}",
            answers=answers,
            known=form.known,
            checklist=form.checklist,
            problem=problem or form.problem or "",
        )

    def change(self, form: FormView, progress: Progress) -> Message:
        """Let the person choose which answer to change."""
        action = self._action(progress)
        buttons = [Button(label=field.label, action=action("field", str(at))) for at, field in enumerate(form.fields)]
        back = Button(label=self.words.gettext("Back"), action=action("summary", ""))
        text = self.words.gettext("Which answer do you want to change?")
        return self._plain(text, (*self._page(buttons, progress, 2), (back,)))

    def preview(self, preview: PreviewView, progress: Progress) -> Message:
        """Show what will be sent."""
        action = self._action(progress)
        rows = (
            (Button(label=self.words.gettext("Send"), action=action("send", ""), style=ButtonStyle.PRIMARY),),
            (Button(label=self.words.gettext("Back"), action=action("summary", "")),),
        )
        return self._message(
            "preview",
            rows,
            title=preview.title,
            outcome=preview.outcome_title,
            letters=preview.letters,
            next_stages=preview.next_stages,
        )

    def menu(self, menu: Menu) -> Message:
        """Show choices, of very many only the first."""
        buttons, prompt = menu.buttons, menu.text
        if len(buttons) > PAGE:
            first = self.words.gettext(
                "Only the first %(n)d of %(of)d are shown: type the command with the name after it.",
                n=PAGE,
                of=len(buttons),
            )
            buttons, prompt = buttons[:PAGE], f"{prompt}\n{first}"
        return self._message("asked", in_rows(buttons, 1), title=menu.title, prompt=prompt)

    def menu_page(self, menu: Menu, progress: Progress) -> Message:
        """Show a page of the choices that are looked for, of all when there are none such."""
        words, action, wanted = self.words, self._action(progress), progress.found
        count, rows = len(menu.buttons), list[tuple[Button, ...]]()
        found = tuple(button for button in menu.buttons if wanted.casefold() in button.label.casefold())
        hint = words.gettext("There are %(n)d: turn the pages, or type a part of the name.", n=count)
        if not found:
            hint = words.gettext("Nothing is called “%(words)s”; here are all.", words=wanted) + " " + hint
        elif wanted:
            hint = words.gettext(
                "“%(words)s”: %(n)d of %(of)d. Type another part of the name to look for others.",
                words=wanted,
                n=len(found),
                of=count,
            )
            rows.append((Button(label=words.gettext("Show all: %(n)d", n=count), action=action("all", "")),))
        if progress.waiting:
            rows.append((Button(label=words.gettext("Back"), action=action("back", "")),))
        rows = [*self._page(found or menu.buttons, progress, 1), *rows]
        return self._message("asked", rows, title=menu.title, prompt=f"{menu.text}\n{hint}")

    def ask(self, ask: Ask, progress: Progress) -> Message:
        """Ask for words."""
        action = self._action(progress)
        rows: list[tuple[Button, ...]] = [(option,) for option in ask.options]
        rows += [(button,) for button in ask.instead]
        rows.append((Button(label=self.words.gettext("Do not"), action=action("cancel", "")),))
        how = self.words.gettext("Write the reason in a message.")
        return self._message("asked", tuple(rows), title=ask.title, prompt=f"{ask.prompt}\n{how}")

    def with_anew(self, message: Message, progress: Progress) -> Message:
        """Offer below a form to drop its draft and begin anew."""
        button = Button(label=self.words.gettext("Begin anew"), action=self._action(progress)("anew", ""))
        return replace(message, buttons=(*message.buttons, (button,)))

    def sentence(self, text: str) -> Message:
        """Say a sentence."""
        return self._plain(text, ())

    def value_words(self, field: FieldView, value: object) -> str:
        """Return an answer as its reader says it, or as it was typed when it cannot be read; nothing for none."""
        match value:
            case None | "" | []:
                return ""
            case Mapping():
                return str(value.get("name", ""))
            case str() if field.type in (FieldType.CLIENT, FieldType.FILE):
                return value
        asked = _asked(field)
        if problem_of(asked, value) is not None:
            return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
        canonical = read(asked, value)
        return "" if canonical is None else words_of(asked, canonical, self.language)

    def _row_lines(self, field: FieldView) -> tuple[str, ...]:
        if not field.columns or not isinstance(field.value, list):
            return ()
        lines = []
        for row in field.value:
            cells = (self.value_words(column, row.get(column.name)) for column in field.columns)
            lines.append(" · ".join(filter(None, cells)))
        return tuple(lines)

    def _currency(self, field: FieldView) -> str:
        return "" if field.currency is None else get_currency_symbol(field.currency, LOCALES[self.language])

    def _choices(self, field: FieldView, value: object, progress: Progress) -> Iterator[tuple[Button, ...]]:
        action, words = self._action(progress), self.words
        in_a_row = 2 if len(field.options) >= MANY_OPTIONS else 1
        match field.type:
            case FieldType.CHOICE:
                buttons = [
                    Button(label=f"{TICK if option.id == value else ''}{option.label}", action=action("set", str(at)))
                    for at, option in enumerate(field.options)
                ]
                yield from self._page(buttons, progress, in_a_row)
            case FieldType.CHOICES:
                chosen: Any = value if isinstance(value, list) else []
                buttons = [
                    Button(
                        label=f"{TICK if option.id in chosen else NO_TICK}{option.label}",
                        action=action("untick" if option.id in chosen else "tick", str(at)),
                    )
                    for at, option in enumerate(field.options)
                ]
                yield from self._page(buttons, progress, in_a_row)
                yield (Button(label=words.gettext("Done"), action=action("done", "")),)
            case FieldType.YES_NO:
                yield (
                    Button(label=words.gettext("Yes"), action=action("say", "yes")),
                    Button(label=words.gettext("No"), action=action("say", "no")),
                )
            case FieldType.DATE:
                month = progress.month or month_of(self.today)
                yield from calendar_buttons(month, self.today, self.language, action)
            case FieldType.ROWS:
                add = Button(label=words.gettext("Add a row"), action=action("add", ""))
                drop = Button(label=words.gettext("Remove the last row"), action=action("drop", ""))
                yield (add, drop) if value else (add,)
                yield (Button(label=words.gettext("Done"), action=action("done", "")),)

    def _page(self, buttons: Sequence[Button], progress: Progress, in_a_row: int) -> Rows:
        """Lay the buttons of the current page out in rows, with those that turn the page."""
        last = max(len(buttons) - 1, 0) // PAGE
        page, action = min(progress.page, last), self._action(progress)
        rows = in_rows(buttons[page * PAGE : (page + 1) * PAGE], in_a_row)
        before = (Button(label=f"‹ {page}", action=action("page", str(page - 1))),) if page else ()
        after = (Button(label=f"{page + 2} ›", action=action("page", str(page + 1))),) if page < last else ()
        return (*rows, (*before, *after)) if last else rows

    def _navigation(self, field: FieldView, progress: Progress, *, may_skip: bool) -> Iterator[tuple[Button, ...]]:
        action, words = self._action(progress), self.words
        row = []
        if progress.at > 0 or progress.is_changing:
            row.append(Button(label=words.gettext("Back"), action=action("back", "")))
        if field.value not in (None, "", []) and field.type not in (FieldType.CHOICES, FieldType.ROWS):
            row.append(Button(label=words.gettext("Keep"), action=action("skip", "")))
        elif may_skip and field.type not in (FieldType.CHOICES, FieldType.ROWS):
            row.append(Button(label=words.gettext("Skip"), action=action("skip", "")))
        row.append(Button(label=words.gettext("Later"), action=action("cancel", "")))
        yield tuple(row)

    def _how(self, field: FieldView) -> str:
        match field.type:
            case FieldType.FILE:
                return self.words.gettext("Send a file or a photo, up to 10 MB.")
            case FieldType.DATE:
                return self.words.gettext("Choose a day, or type it: 31.12.2026.")
            case FieldType.CHOICE | FieldType.CHOICES | FieldType.YES_NO | FieldType.ROWS:
                return ""
        return self.words.gettext("Type the answer.")

    def _action(self, progress: Progress) -> Any:
        return lambda verb, argument: f"{PREFIX}{progress.step}:{verb}:{argument}"

    def _message(self, template: str, buttons: Rows | list[tuple[Button, ...]], **values: object) -> Message:
        text = self.messages.render(template, self.dialect, self.language, **values)
        return Message(text=str(text), buttons=tuple(buttons))

    def _plain(self, text: str, buttons: Rows) -> Message:
        return replace(plain(text, self.dialect), buttons=buttons)


def _asked(field: FieldView) -> Field:
    """Return a question as the process asks it, in the one language that its reader is shown."""
    options = tuple(Option(id=option.id, label=Text.same(option.label)) for option in field.options)
    asked = Field(
        name=field.name,
        type=field.type,
        label=Text.same(field.label),
        options=options,
        columns=tuple(_asked(column) for column in field.columns),
    )
    return asked if field.currency is None else replace(asked, currency=field.currency)
