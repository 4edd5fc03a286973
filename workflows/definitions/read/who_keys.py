"""The keys that say who does a stage: `who`, `but_not`, `offer`."""

from typing import Annotated, Literal

from pydantic import Discriminator, Tag
from pydantic import Field as Key

from workflows.definitions.read.keys import Department_, Field_, Keys, Line, Name_, Person_, Place_


class NamedKeys(Keys):
    """Some people: exactly one key says how they are named; `department` beside it narrows it to those who work there.

    `of` lists several: everybody whom they name, in this order.
    """

    when: Line | None = Key(
        default=None, description="When it counts: an expression over the case's fields and `visit` (from 1)."
    )
    department: Department_ | None = Key(
        default=None, description="Everybody of a department; beside post, role or skill: only those who work in it."
    )
    head: Department_ | None = Key(default=None, description="The head of a department.")
    head_of: Place_ | None = Key(default=None, description="The head over the opener, or over who did a stage.")
    post: Name_ | None = Key(default=None, description="Whoever has this post of the organisation.")
    person: Person_ | None = Key(default=None, description="A person by their id.")
    did: Place_ | None = Key(default=None, description="Whoever did that stage of the case.")
    owner: Field_ | None = Key(default=None, description="The owner of the client, or of the record in a field.")
    named_in: Field_ | None = Key(
        default=None,
        description="Who is in a field of type person, or everybody of the department in one of type department; where "
        "each row has a task, also a column.",
    )
    role: Name_ | None = Key(default=None, description="Whoever has this role.")
    skill: Name_ | None = Key(default=None, description="Whoever is able to do this.")


class WhoKeys(NamedKeys):
    """A rule of those whom a stage is for; the first of a stage whose `when` holds counts."""

    of: "list[AnyNamed] | None" = Key(
        default=None, min_length=1, description="Several: everybody whom these name, in this order."
    )


Word_ = Literal["everybody", "opener"]


def _named_kind(value: object) -> str:
    return "who:word" if isinstance(value, str) else "who:rule"


AnyNamed = Annotated[
    Annotated[Word_, Tag("who:word")] | Annotated[NamedKeys, Tag("who:rule")], Discriminator(_named_kind)
]
AnyRule = Annotated[Annotated[Word_, Tag("who:word")] | Annotated[WhoKeys, Tag("who:rule")], Discriminator(_named_kind)]
AnyWho = Annotated[
    Annotated[Word_, Tag("who:word")]
    | Annotated[WhoKeys, Tag("who:rule")]
    | Annotated[Annotated[list[AnyRule], Key(min_length=1)], Tag("who:list")],
    Discriminator(lambda value: "who:list" if isinstance(value, list) else _named_kind(value)),
]
