"""HTTP forms to `Incoming`: three moves, no decisions.

Names of form parts: `t:<field>` text, `l:<field>` a list of texts (repeated), `o:<field>:id` and `o:<field>:name` a
file, `r:<field>:<row>:<column>` a cell of a list of rows, `m:<field>` the mark of the answer that the page was shown,
`c:<field>` that it was changed. Everything else is about the request itself.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from bot.conversation.incoming import (
    Answered,
    Commented,
    FormFinished,
    FormPreviewed,
    FormSaved,
    FormSent,
    Incoming,
    Intent,
    Press,
    PreviewRead,
    RowsRead,
    Said,
)
from bot.web.addresses import WEB
from workflows.domain.commands import RawValues
from workflows.domain.forms.drafts import OUTCOME
from workflows.domain.ids import CaseId, FieldName, FileId, OutcomeId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, Dialect

Pairs = Sequence[tuple[str, str]]
MARK, CHANGED = "m:", "c:"
_UPDATE = re.compile(r"[A-Za-z0-9-]{8,64}")
_NUMBER = re.compile(r"[0-9]{1,18}")


class UnreadableRequest(Exception):
    """The form was not made by our page."""


class NoOutcome(Exception):
    """A form was sent without a decision."""


def read_pairs(body: bytes) -> Pairs:
    """Read a url-encoded body; raises UnreadableRequest."""
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20_000)
    except ValueError as error:
        raise UnreadableRequest from error


def update_of(form: Mapping[str, str]) -> str:
    """Return the id that the page generated for this request; raises UnreadableRequest without a valid one."""
    update = _part(form, "update")
    if not _UPDATE.fullmatch(update):
        raise UnreadableRequest
    return update


def to_incoming(intent: Intent, *, update: str, person: PersonId, language: Language, chat: ChatAddress) -> Incoming:
    """Return the update that brings an intent; *update* is the id that the page generated for this request."""
    return Incoming(
        update_id=f"{WEB}:{person}:{update}",
        person=person,
        language=language,
        chat=chat,
        dialect=Dialect.HTML,
        intent=intent,
    )


def read_press(form: Mapping[str, str]) -> Press:
    """Read a pressed button."""
    return Press(action=_part(form, "action"))


def read_line(form: Mapping[str, str], pairs: Pairs) -> Said | Commented:
    """Read a typed line: a comment when a case is open and the line is no command."""
    text = _part(form, "text").strip()
    case = form.get("case", "")
    if _NUMBER.fullmatch(case) and not text.startswith("/"):
        files = tuple(FileId(value) for name, value in pairs if name == "file")
        return Commented(case_id=CaseId(int(case)), text=text, files=files)
    return Said(text=text)


def read_answer(form: Mapping[str, str]) -> Answered:
    """Read the answer to a question."""
    return Answered(action=_part(form, "action"), text=_part(form, "text").strip())


def read_draft(form: Mapping[str, str], pairs: Pairs) -> FormSaved:
    """Read what was changed in a form so far."""
    chosen = OutcomeId(form["outcome"]) if f"{CHANGED}{OUTCOME}" in form and form.get("outcome") else None
    return FormSaved(
        form=_part(form, "form"),
        values=changed_values(pairs),
        outcome=chosen,
        shown=_marks(pairs),
        window=form.get("window", ""),
    )


def read_form_to_preview(form: Mapping[str, str], pairs: Pairs) -> FormPreviewed:
    """Read a form to be shown as it would be sent; raises NoOutcome."""
    return FormPreviewed(
        form=_part(form, "form"),
        outcome=_outcome(form),
        values=changed_values(pairs),
        shown=_marks(pairs),
        window=form.get("window", ""),
    )


def read_form_to_finish(form: Mapping[str, str], pairs: Pairs) -> FormFinished:
    """Read a form to be sent, with what its preview showed; raises NoOutcome."""
    return FormFinished(filled=read_form_to_preview(form, pairs), seen=form.get("seen", ""))


def read_form_to_foresee(form: Mapping[str, str], pairs: Pairs) -> PreviewRead:
    """Read a form as it stands in its window, to look at what it would send; raises NoOutcome."""
    return PreviewRead(form=_part(form, "form"), outcome=_outcome(form), values=changed_values(pairs))


def read_pasted(form: Mapping[str, str]) -> RowsRead:
    """Read a table that was pasted into a cell of a list."""
    return RowsRead(
        form=_part(form, "form"),
        field=FieldName(_part(form, "field")),
        first=FieldName(_part(form, "first")),
        text=_part(form, "text"),
    )


def read_form_to_send(form: Mapping[str, str], pairs: Pairs) -> FormSent:
    """Read a form to be sent whole, by a client that previews nothing; raises NoOutcome."""
    return FormSent(form=_part(form, "form"), outcome=_outcome(form), values=raw_values(pairs))


def changed_values(pairs: Pairs) -> RawValues:
    """Gather the fields that the page says were changed in it; one without a part was emptied.

    All of them where the page does not say what it was shown.
    """
    values = raw_values(pairs)
    if not _marks(pairs):
        return values
    names = [FieldName(name.removeprefix(CHANGED)) for name, _ in pairs if name.startswith(CHANGED)]
    return {name: values.get(name, "") for name in names if name != OUTCOME}


def _marks(pairs: Pairs) -> dict[str, str]:
    return {name.removeprefix(MARK): value for name, value in pairs if name.startswith(MARK)}


def raw_values(pairs: Pairs) -> RawValues:
    """Gather the fields of a form from its parts; raises UnreadableRequest when the parts contradict each other."""
    texts: dict[str, object] = {}
    lists: dict[str, list[str]] = {}
    objects: dict[str, dict[str, str]] = {}
    rows: dict[str, dict[int, dict[str, str]]] = {}
    for name, value in pairs:
        kind, _, rest = name.partition(":")
        field, _, inner = rest.partition(":")
        match kind:
            case "t":
                texts[field] = value
            case "l":
                lists.setdefault(field, []).append(value)
            case "o":
                objects.setdefault(field, {})[inner] = value
            case "r":
                number, _, column = inner.partition(":")
                if not _NUMBER.fullmatch(number):
                    raise UnreadableRequest
                rows.setdefault(field, {}).setdefault(int(number), {})[column] = value
    named: dict[str, object] = {field: parts for field, parts in objects.items() if parts.get("id")}
    ordered = {field: [cells for _, cells in sorted(numbered.items())] for field, numbered in rows.items()}
    gathered: dict[str, object] = {**texts, **lists, **named, **ordered}
    return {FieldName(field): value for field, value in gathered.items()}


def _part(form: Mapping[str, str], name: str) -> str:
    try:
        return form[name]
    except KeyError:
        raise UnreadableRequest from None


def _outcome(form: Mapping[str, str]) -> OutcomeId:
    outcome = form.get("outcome", "")
    if not outcome:
        raise NoOutcome
    return OutcomeId(outcome)
