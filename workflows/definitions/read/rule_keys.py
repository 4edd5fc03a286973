"""The keys of stages that a rule does, and of the tables that rules read."""

from typing import Literal

from pydantic import Field as Key

from workflows.definitions.read.keys import Default_, Field_, Keys, Line, TextKeys


class RuleKeys(Keys):
    """Facts are computed and the first outcome whose `when` holds is taken, without a person."""

    rule: dict[Field_, Default_] = Key(
        description="The fields of the form, each with the expression that gives it; a table gives its value by its "
        "name. Each may use those above it."
    )


class LineKeys(Keys):
    """A line of a table: a condition, and the value that it gives."""

    when: Line | None = Key(default=None, description="When the line counts: an expression; always if it is left out.")
    value: Default_ = Key(description="What the line gives: a number, a text in quotes, or an expression.")
    title: TextKeys | None = Key(default=None, description="What the line is about, for those who edit it.")


class TableKeys(Keys):
    """A table of conditions and values, which rules use by its name."""

    title: TextKeys | None = Key(default=None, description="What the table is about, for those who edit it.")
    take: Literal["sum", "first"] = Key(
        default="sum", description="sum: the sum of the lines that hold; first: the value of the first that holds."
    )
    lines: list[LineKeys] = Key(min_length=1, description="The lines, in order.")
