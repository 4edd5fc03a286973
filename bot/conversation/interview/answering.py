"""Taking answers: what is typed, sent or pressed below a question is checked and saved, and the next one follows."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot.conversation.incoming import Attached
from bot.conversation.interview.open_form import OpenForms
from bot.conversation.interview.read_answers import (
    PRESSED,
    as_list,
    current_question,
    problem_with,
    read_options,
    set_option,
)
from bot.conversation.interview.respondents import Respondent
from bot.conversation.interview.screens.field_words import row_problems
from bot.conversation.interview.screens.file_remarks import (
    beside_a_file,
    beside_words,
    rows_left_out,
    rows_taken,
    with_remarks,
)
from bot.conversation.interview.screens.question_screens import ADDED, INSTEAD, MOST_ROWS
from bot.conversation.interview.steps.moves import Move, UnknownMove
from bot.conversation.interview.steps.navigation import forwards, lacking_cell
from bot.conversation.interview.steps.progress import Screen
from bot.conversation.reply import FieldView, FormView, Reply
from bot.rendering.phrases.answer_problems import field_problem
from workflows.domain.clients import ClientAttribute, recognised
from workflows.domain.definition import Field, FieldType
from workflows.domain.facts.kinds.named import NEW
from workflows.domain.facts.values import KINDS, canonical
from workflows.domain.forms.tables import column_of, rows_in, text_of_file
from workflows.domain.ids import FieldName, KindId, RecordId
from workflows.domain.records import CLIENT
from workflows.domain.text import has_words, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Takes the answers to the questions of open forms; raises StorageUnavailable."""

    forms: OpenForms

    async def take_text(self, respondent: Respondent, text: str) -> Reply:
        """Take typed text as the answer."""
        form, progress = await self.forms.open(respondent), respondent.progress
        if not isinstance(form, FormView):
            return form
        if progress.at >= len(form.fields):
            return await self.forms.show(respondent, progress, form)
        asked = current_question(form.fields[progress.at], progress)
        if KINDS[asked.type].holds_files:
            problem = respondent.screens.words.gettext("This question wants a file or a photo.")
            return await self.forms.show(respondent, progress, form, problem)
        if asked.type is FieldType.ROWS:
            return await self._take_table(respondent, form, asked, text)
        return await self._take(respondent, form, read_options(asked, text))

    async def take_file(self, respondent: Respondent, attached: Attached) -> Reply:
        """Take a file if the question asks for one, else its caption; what is not taken is named."""
        form, progress = await self.forms.open(respondent), respondent.progress
        if not isinstance(form, FormView):
            return form
        if progress.at >= len(form.fields):
            return await self.forms.show(respondent, progress, form)
        asked = current_question(form.fields[progress.at], progress)
        if asked.type is FieldType.ROWS:
            reply = await self._take_table_file(respondent, form, asked, attached)
            return with_remarks(respondent.screens, reply, beside_a_file(respondent.screens, attached))
        if asked.type is FieldType.FILES:
            reply = await self._take_one_more_file(respondent, form, asked, attached)
            return with_remarks(respondent.screens, reply, beside_a_file(respondent.screens, attached))
        if asked.type is FieldType.FILE:
            reply = await self._take(respondent, form, {"id": attached.file, "name": attached.name})
            return with_remarks(respondent.screens, reply, beside_a_file(respondent.screens, attached))
        if attached.caption:
            reply = await self.take_text(respondent, attached.caption)
            return with_remarks(respondent.screens, reply, beside_words(respondent.screens, attached))
        words = respondent.screens.words
        problem = words.gettext("This question is answered in words or with the buttons, not with a file.")
        return await self.forms.show(respondent, progress, form, problem)

    async def press(self, respondent: Respondent, form: FormView, move: Move, argument: str) -> Reply:
        """Do the move of a button below a question; raises UnknownMove for an unknown option."""
        field = form.fields[respondent.progress.at]
        if move in PRESSED:
            answer = PRESSED[move](current_question(field, respondent.progress), argument)
            return await self._take(respondent, form, answer)
        return await ON_QUESTION[move](self, respondent, form, field, argument)

    async def skip(self, respondent: Respondent, form: FormView, field: FieldView, _argument: str) -> Reply:
        """Go on without changing the answer."""
        if respondent.progress.screen is Screen.CELL:
            return await self._keep_cell(respondent, form, field)
        return await self.forms.show(respondent, forwards(respondent.progress, form), form)

    async def accept(self, respondent: Respondent, form: FormView, field: FieldView, _argument: str) -> Reply:
        """Take what is suggested as the answer; what its rows lack is asked next."""
        asked = current_question(field, respondent.progress)
        if asked.suggested is None:
            return await self.forms.show(respondent, respondent.progress, form)
        if asked.columns:
            rows = as_list(asked.suggested)
            then = lacking_cell(respondent.progress, asked, rows) or forwards(respondent.progress, form)
            return await self.forms.save(respondent, form, field, rows, then)
        return await self._take(respondent, form, asked.suggested)

    async def accept_all(self, respondent: Respondent, form: FormView, _field: FieldView, _argument: str) -> Reply:
        """Take everything that is suggested and shown below the question as answers."""
        return await self.forms.save_suggested(respondent, form)

    async def take_last(self, respondent: Respondent, form: FormView, field: FieldView, _argument: str) -> Reply:
        """Take the answer of last time to a question that is asked anew."""
        if field.last is None:
            return await self.forms.show(respondent, respondent.progress, form)
        return await self._save(respondent, form, field, field.last)

    async def take_known(self, respondent: Respondent, form: FormView, field: FieldView, argument: str) -> Reply:
        """Take one of the known clients as the answer, or the new one whose name was typed."""
        typed, then = respondent.progress.typed, forwards(respondent.progress, form)
        if not argument and typed:
            new = {"id": NEW, "name": typed, "kind": field.kind, NEW: True}
            answer = new if field.type is FieldType.RECORD else typed
            return await self.forms.save(respondent, form, field, answer, then)
        number = int(argument) if argument.isdecimal() else 0
        client = await self.forms.respondents.queries.record(RecordId(number))
        if client is None:
            return await self.forms.show(respondent, respondent.progress, form)
        if field.type is FieldType.RECORD:
            chosen = {"id": client.id, "name": client.name, "kind": client.kind}
            return await self.forms.save(respondent, form, field, chosen, then)
        # Of several clients of one name the INN says which is meant.
        inn = client.values.get(FieldName(ClientAttribute.INN))
        told = {f.name: inn for f in form.fields if f.of_client is ClientAttribute.INN and inn is not None}
        return await self.forms.save(respondent, form, field, client.name, then, also=told)

    async def clear(self, respondent: Respondent, form: FormView, field: FieldView, _argument: str) -> Reply:
        """Empty the answer to a question that may be left out, and go on."""
        if respondent.progress.screen is Screen.CELL or form.must_answer(field, form.chosen):
            raise UnknownMove("this question needs an answer")
        return await self._save(respondent, form, field, "")

    async def done(self, respondent: Respondent, form: FormView, field: FieldView, _argument: str) -> Reply:
        """Go on from a question with several answers; what is given, or what every decision needs, is checked."""
        if respondent.progress.screen is Screen.CELL:
            return await self._keep_cell(respondent, form, field)
        if field.value or form.must_answer(field, form.chosen):
            known = await self.forms.respondents.field(form.form, field.name)
            problem = self._problem(respondent, known, field.value)
            if problem is not None:
                return await self.forms.show(respondent, respondent.progress, form, problem, is_same_screen=True)
        return await self.forms.show(respondent, forwards(respondent.progress, form), form)

    async def drop(self, respondent: Respondent, form: FormView, field: FieldView, _argument: str) -> Reply:
        """Remove the last row."""
        return await self.forms.save(respondent, form, field, as_list(field.value)[:-1], respondent.progress)

    async def take_rows(self, respondent: Respondent, form: FormView, field: FieldView, argument: str) -> Reply:
        """Add the rows of the shown table in which nothing is wrong, or put them in place of those before."""
        screens, progress = respondent.screens, respondent.progress
        if argument not in (ADDED, INSTEAD):
            raise UnknownMove("nothing becomes of a table so")
        wrong = row_problems(field, progress.table, screens.language)
        right = [row for number, row in enumerate(progress.table, start=1) if number not in wrong]
        rows = [*(as_list(field.value) if argument == ADDED else ()), *right]
        known = await self.forms.respondents.field(form.form, field.name)
        problem = self._problem(respondent, known, rows)
        if problem is not None:
            return await self.forms.show(respondent, progress, form, problem)
        done = replace(progress, screen=Screen.QUESTION, table=[])
        reply = await self.forms.save(respondent, form, field, rows, done)
        return with_remarks(screens, reply, rows_left_out(screens, tuple(wrong)))

    async def tick(self, respondent: Respondent, form: FormView, field: FieldView, argument: str) -> Reply:
        """Tick an option."""
        return await self._save_options(respondent, form, field, set_option(field, argument, is_on=True))

    async def untick(self, respondent: Respondent, form: FormView, field: FieldView, argument: str) -> Reply:
        """Untick an option."""
        return await self._save_options(respondent, form, field, set_option(field, argument, is_on=False))

    async def _save_options(self, respondent: Respondent, form: FormView, field: FieldView, value: list[str]) -> Reply:
        return await self.forms.save(respondent, form, field, value, respondent.progress, is_same_screen=True)

    async def _take_table_file(
        self, respondent: Respondent, form: FormView, field: FieldView, attached: Attached
    ) -> Reply:
        """Take the rows of a file, or say which files can be read."""
        file = await self.forms.respondents.queries.file(attached.file)
        text = None if file is None else text_of_file(file.content)
        if text is None:
            problem = respondent.screens.words.gettext(
                "“%(name)s” is no table that I can read. Save it as CSV in your spreadsheet and send that, or copy the "
                "rows and paste them here.",
                name=attached.name,
            )
            return await self.forms.show(respondent, respondent.progress, form, problem)
        return await self._take_table(respondent, form, field, text, is_file=True)

    async def _take_one_more_file(
        self, respondent: Respondent, form: FormView, field: FieldView, attached: Attached
    ) -> Reply:
        """Add a file to the answer, and ask for the next one."""
        files = [*as_list(field.value), {"id": attached.file, "name": attached.name}]
        known = await self.forms.respondents.field(form.form, field.name)
        problem = self._problem(respondent, known, files)
        if problem is not None:
            return await self.forms.show(respondent, respondent.progress, form, problem)
        return await self.forms.save(respondent, form, field, files, respondent.progress)

    async def _take_table(
        self, respondent: Respondent, form: FormView, field: FieldView, text: str, *, is_file: bool = False
    ) -> Reply:
        """Take rows typed or pasted: one at once, and a first short table, which leads on; others after a look at them.

        What is wrong, and what a file says, is looked at first.
        """
        screens, progress = respondent.screens, replace(respondent.progress, screen=Screen.QUESTION, table=[])
        known = await self.forms.respondents.field(form.form, field.name)
        rows = [] if known is None else rows_in([column_of(column) for column in known.columns], text)
        # A cell that was left out is the suggested one, where its column has one: the rows are shown with it.
        own = {column.name: column.suggested for column in field.columns if column.suggested is not None}
        rows = [{**row, **{name: own[name] for name in own if not row.get(name)}} for row in rows]
        read = as_list(None if known is None else canonical(known, rows, screens.today))
        problem = row_problems(field, read, screens.language).get(1) if len(read) == 1 else None
        if not read:
            problem = screens.words.gettext("There is no row in this.")
        if problem is not None:
            return await self.forms.show(respondent, progress, form, problem)
        if len(read) == 1:
            return await self.forms.save(respondent, form, field, [*as_list(field.value), *read], progress)
        if not (is_file or field.value or len(read) > MOST_ROWS or self._problem(respondent, known, read)):
            reply = await self.forms.save(respondent, form, field, read, forwards(progress, form))
            return with_remarks(screens, reply, rows_taken(screens, field, len(read)))
        return await self.forms.show(respondent, replace(progress, screen=Screen.TABLE, table=read), form)

    async def _take(self, respondent: Respondent, form: FormView, raw: object) -> Reply:
        """Take an answer: show its problem, or save it and go on."""
        progress, field = respondent.progress, form.fields[respondent.progress.at]
        asked = current_question(field, progress)
        known = await self.forms.respondents.field(form.form, field.name)
        if known is not None and asked is not field:
            known = next((column for column in known.columns if column.name == asked.name), None)
        # "Tomorrow" is a day only today.
        raw = raw if known is None else canonical(known, raw, respondent.screens.today)
        if isinstance(raw, str) and _are_narrowed(asked, raw):
            return await self.forms.show(respondent, replace(progress, typed=raw, page=0), form)
        problem = self._problem(respondent, known, raw)
        if problem is not None:
            return await self.forms.show(respondent, replace(progress, typed=""), form, problem)
        is_new = raw == progress.typed
        if KINDS[field.type].is_looked_up and isinstance(raw, str) and not is_new:
            kind = field.kind or CLIENT
            if await self._may_be_known(kind, raw):
                return await self.forms.show(respondent, replace(progress, typed=raw, kind=kind), form)
        if asked is field:
            return await self._save(respondent, form, field, raw)
        return await self._take_cell(respondent, form, field, str(raw))

    async def _save(self, respondent: Respondent, form: FormView, field: FieldView, answer: object) -> Reply:
        then = forwards(respondent.progress, form)
        return await self.forms.save(respondent, form, field, answer, then, replaces=True)

    async def _may_be_known(self, kind: KindId, name: str) -> bool:
        """Whether a name is none of a known record but like the names of some, so that they are offered."""
        queries = self.forms.respondents.queries
        meant = recognised(name, None, await queries.records_like(kind, name, None))
        return meant is None and bool(await queries.records(kind, name, 1))

    def _problem(self, respondent: Respondent, known: Field | None, raw: object) -> str | None:
        """Return what is wrong with an answer, in words."""
        problem = None if known is None else problem_with(known, raw)
        if known is None or problem is None:
            return None
        return field_problem(problem, known, respondent.screens.language)

    async def _keep_cell(self, respondent: Respondent, form: FormView, field: FieldView) -> Reply:
        name = field.columns[respondent.progress.column].name
        return await self._take_cell(respondent, form, field, respondent.progress.cells.get(name, ""))

    async def _take_cell(self, respondent: Respondent, form: FormView, field: FieldView, raw: str) -> Reply:
        progress = respondent.progress
        cells = {**progress.cells, field.columns[progress.column].name: raw}
        rows = as_list(field.value)
        if progress.row >= 0:
            rows = [{**row, **cells} if at == progress.row else row for at, row in enumerate(rows)]
            done = forwards(replace(progress, cells={}, column=0, row=-1), form)
            return await self.forms.save(respondent, form, field, rows, lacking_cell(progress, field, rows) or done)
        if progress.column + 1 < len(field.columns):
            return await self.forms.show(respondent, replace(progress, cells=cells, column=progress.column + 1), form)
        done = replace(progress, screen=Screen.QUESTION, cells={}, column=0)
        return await self.forms.save(respondent, form, field, [*rows, cells], done)


def _are_narrowed(asked: FieldView, typed: str) -> bool:
    """Whether what was typed names several of those who can be chosen, so that these are offered."""
    if not KINDS[asked.type].is_searched or any(option.id == typed for option in asked.options):
        return False
    words = words_of(typed)
    return bool(words) and any(has_words(option.label, words) for option in asked.options)


ON_QUESTION: Mapping[Move, Callable[[Answering, Respondent, FormView, FieldView, str], Awaitable[Reply]]] = {
    Move.ACCEPT: Answering.accept,
    Move.ACCEPT_ALL: Answering.accept_all,
    Move.LAST: Answering.take_last,
    Move.KNOWN: Answering.take_known,
    Move.SKIP: Answering.skip,
    Move.CLEAR: Answering.clear,
    Move.DONE: Answering.done,
    Move.DROP: Answering.drop,
    Move.ROWS: Answering.take_rows,
    Move.TICK: Answering.tick,
    Move.UNTICK: Answering.untick,
}
"""The functions of a question's moves that are not answers themselves."""
