"""Rows pasted into a list of a form: read into cells, and not kept."""

from dataclasses import replace

from bot.actions import Unreadable
from bot.conversation.forms.draft_keeping import stage_of
from bot.conversation.forms.form_key import form_of
from bot.conversation.forms.open_forms import read as read_form
from bot.conversation.incoming import RowsRead
from bot.conversation.reply import FormView, Reply
from bot.conversation.turn import Turn
from workflows.domain.facts.values import canonical
from workflows.domain.forms.tables import column_of, rows_in


async def rows_of(turn: Turn, pasted: RowsRead) -> Reply:
    """Return a form whose list holds the pasted rows alone; raises Unreadable for another field, or a Refusal."""
    shown = await read_form(turn, pasted.form)
    assert isinstance(shown.dialog, FormView)
    _, stage = await stage_of(turn, form_of(pasted.form))
    field = next((field for field in stage.form if field.name == pasted.field and field.columns), None)
    names = [] if field is None else [column.name for column in field.columns]
    if field is None or pasted.first not in names:
        raise Unreadable("no list with this column")
    columns = [column_of(column) for column in field.columns[names.index(pasted.first) :]]
    today = turn.now.astimezone(turn.zone).date()
    rows = canonical(field, rows_in(columns, pasted.text), today)
    fields = tuple(replace(each, value=rows) for each in shown.dialog.fields if each.name == field.name)
    return replace(shown, dialog=replace(shown.dialog, fields=fields))
