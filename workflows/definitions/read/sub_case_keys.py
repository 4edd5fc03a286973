"""The keys of stages that a case of another process does."""

from pydantic import Field as Key

from workflows.definitions.read.keys import Default_, End_, Field_, Outcome_, Process_
from workflows.definitions.read.row_keys import RowKeys


class SubCaseKeys(RowKeys):
    """A case of another process is opened, or one for each row, and waited for or not."""

    case: Process_ = Key(description="The id of the process.")
    each: Field_ | None = Key(default=None, description="The field of type rows: such a case for each row of it.")
    with_: dict[Field_, Default_] = Key(
        default_factory=dict,
        alias="with",
        description="The facts it begins with: its fields, each with a field of this process or an expression. The "
        "client is handed over anyway.",
    )
    take: dict[Field_, Field_] = Key(
        default_factory=dict, description="The facts that come back: fields of this form, each with one of its fields."
    )
    ends: dict[End_, Outcome_] = Key(
        default_factory=dict, description="Which of its ends leads to which outcome here; any leads to the only one."
    )
    wait: bool = Key(default=True, description="Whether this case waits until that one ends.")
