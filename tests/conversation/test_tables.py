"""Rows of a table, typed as a line, pasted, or sent as a file: shown as they were understood before they count."""

from dataclasses import replace
from typing import cast

import pytest

from bot.actions import Action, Verb
from bot.conversation.incoming import Attached, Press, RowsRead
from bot.conversation.reply import Reply
from tests.conversation.desk import Desk, buttons_in, form_in, said_in
from tests.conversation.test_interview import Chat
from tests.onboarding import STEPAN
from workflows.domain.ids import FieldName, FileId, TaskId
from workflows.ports.unit_of_work import KeptFile

BAD = "Tea; 100\nCup; cheap\nSpoon; 1 000,5"


class Goods(Chat):
    """Stepan is asked for goods: a name and a price each."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, STEPAN)
        self.task = TaskId("")

    async def asked(self) -> Reply:
        """Claim a task and go to the question about goods."""
        task = self.desk.task(await self.desk.opens_case(), "intake")
        self.task = task.id
        await self.desk.presses(STEPAN, self.desk.button(task, Verb.CLAIM))
        await self.does(Press(action=Action(verb=Verb.WORK, target=task.id).encode()))
        await self.presses(self.last, "Accept")
        return await self.presses(await self.says("Ivan"), "Answer too: Goods")

    async def sends(self, content: bytes, name: str = "goods.csv") -> Reply:
        """Send a file."""
        file = KeptFile(id=FileId(f"file-{self.updates}"), name=name, media_type="text/csv", content=content)
        await self.desk.memory.transact(lambda unit: unit.add_file(file, STEPAN, self.desk.clock.now()))
        return await self.does(Attached(file=file.id, name=name))

    async def rows(self) -> object:
        """Return the rows that the draft holds."""
        draft = await self.desk.memory.draft(f"task:{self.task}")
        return None if draft is None else draft.answers.get(FieldName("goods"))


@pytest.fixture
async def goods() -> Goods:
    chat = Goods(Desk())
    await chat.asked()
    return chat


async def test_the_question_says_how_a_row_is_typed(goods: Goods) -> None:
    assert "semicolons between the cells: Name *; Price, RUB *." in said_in(goods.last)


async def test_a_row_typed_as_a_line_is_added_and_shown(goods: Goods) -> None:
    await goods.says("Tea; 1 500")
    shown = said_in(await goods.says("Cup\t300,50"))

    assert "1. Tea · 1" in shown
    assert "2. Cup · 300" in shown
    assert await goods.rows() == [{"name": "Tea", "price": "1500.00"}, {"name": "Cup", "price": "300.50"}]


async def test_a_wrong_row_is_refused_in_words_and_the_question_stays(goods: Goods) -> None:
    refused = await goods.says("Tea; cheap")

    assert "Row 1, “Price”: This is not an amount" in said_in(refused)
    assert await goods.rows() is None
    await goods.says("Tea; 5")
    assert await goods.rows() == [{"name": "Tea", "price": "5.00"}]


async def test_a_pasted_table_counts_only_after_it_was_shown(goods: Goods) -> None:
    await goods.says("Sugar; 7")

    shown = await goods.says('Price\tName\n1500\t"Tea\nof ""Assam"""\n300,50\tCup')

    assert "Rows understood: 2" in said_in(shown)
    assert await goods.rows() == [{"name": "Sugar", "price": "7.00"}]
    await goods.presses(shown, "Add rows: 2")
    assert await goods.rows() == [
        {"name": "Sugar", "price": "7.00"},
        {"name": 'Tea of "Assam"', "price": "1500.00"},
        {"name": "Cup", "price": "300.50"},
    ]


async def test_a_table_takes_the_place_of_the_rows_before_it(goods: Goods) -> None:
    await goods.says("Sugar; 7")
    shown = await goods.says("Tea; 100\nCup; 5")

    await goods.presses(shown, "Put them in place of the 1 before")

    assert await goods.rows() == [{"name": "Tea", "price": "100.00"}, {"name": "Cup", "price": "5.00"}]


async def test_what_is_wrong_is_said_for_each_row_and_the_right_ones_can_be_added(goods: Goods) -> None:
    shown = await goods.says(BAD)

    assert "Row 2, “Price”: This is not an amount" in said_in(shown)
    left = await goods.presses(shown, "Add the right ones: 2 of 3")
    assert "Not added, since something is wrong in them: rows 2." in said_in(left)
    assert await goods.rows() == [{"name": "Tea", "price": "100.00"}, {"name": "Spoon", "price": "1000.50"}]


async def test_a_corrected_table_takes_the_place_of_the_shown_one(goods: Goods) -> None:
    await goods.says(BAD)

    shown = await goods.says(BAD.replace("cheap", "5"))

    assert "Goods: rows taken: 3." in said_in(shown)
    assert len(cast(list[object], await goods.rows())) == 3


async def test_a_short_table_without_mistakes_is_taken_at_once_and_leads_on(goods: Goods) -> None:
    on = await goods.says("Tea; 100\nCup; 5")

    assert await goods.rows() == [{"name": "Tea", "price": "100.00"}, {"name": "Cup", "price": "5.00"}]
    assert "Goods: rows taken: 2." in said_in(on)
    assert "1. Tea · 100" in said_in(on)
    assert "Done" not in {button.label for button in buttons_in(on)}


async def test_a_table_that_is_not_wanted_changes_nothing(goods: Goods) -> None:
    await goods.presses(await goods.says(BAD), "Do not add")

    assert "1. Tea" in said_in(await goods.says("Tea; 1"))
    assert await goods.rows() == [{"name": "Tea", "price": "1.00"}]


async def test_a_file_of_a_spreadsheet_is_read(goods: Goods) -> None:
    shown = await goods.sends("Название;Цена\r\nЧай;1500,00\r\nЧашка;300,50\r\n".encode("cp1251"))

    await goods.presses(shown, "Add rows: 2")

    assert await goods.rows() == [{"name": "Чай", "price": "1500.00"}, {"name": "Чашка", "price": "300.50"}]


async def test_a_file_that_is_no_table_is_refused_in_words(goods: Goods) -> None:
    refused = await goods.sends(b"PK\x03\x04\x00\x00", "goods.xlsx")

    assert "“goods.xlsx” is no table that I can read. Save it as CSV" in said_in(refused)
    assert await goods.rows() is None


async def test_of_a_long_table_the_first_rows_are_shown_and_more_than_a_form_takes_is_refused(goods: Goods) -> None:
    shown = await goods.says("\n".join(f"Item {at}; 1" for at in range(501)))

    assert "… and 471 more rows" in said_in(shown)
    refused = await goods.presses(shown, "Add rows: 501")
    assert "500" in said_in(refused)
    assert await goods.rows() is None


async def test_a_table_pasted_into_a_form_is_read_from_its_column_on_and_not_kept(goods: Goods) -> None:
    asker = goods.desk.asker(STEPAN)
    form, field = f"task:{goods.task}", FieldName("goods")

    whole = RowsRead(form=form, field=field, first=FieldName("name"), text="Tea\t1 500\nCup\t300,50")
    prices = replace(whole, first=FieldName("price"), text="7\ncheap\n")

    assert rows_in(await goods.desk.conversation.pasted(asker, whole)) == [
        {"name": "Tea", "price": "1500.00"},
        {"name": "Cup", "price": "300.50"},
    ]
    assert rows_in(await goods.desk.conversation.pasted(asker, prices)) == [{"price": "7.00"}, {"price": "cheap"}]
    assert await goods.rows() is None


@pytest.mark.parametrize(("field", "first"), [("contact", "name"), ("goods", "vat"), ("nothing", "name")])
async def test_what_is_pasted_elsewhere_is_refused(goods: Goods, field: str, first: str) -> None:
    read = RowsRead(form=f"task:{goods.task}", field=FieldName(field), first=FieldName(first), text="Tea")

    assert (await goods.desk.conversation.pasted(goods.desk.asker(STEPAN), read)).is_refusal


def rows_in(reply: Reply) -> object:
    return form_in(reply).fields[0].value
