"""Letters to the client: shown to be copied and sent, marked as sent, and listed while they are not."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.actions import Action, Unreadable, Verb
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.turn import Turn
from bot.rendering.mail_links import MailLink, copied_text, mail_link
from bot.rendering.markup.dialects import MOST_COPIED
from bot.rendering.markup.text import units
from bot.rendering.words.cases import CaseWords
from workflows.domain import commands, errors, permissions
from workflows.domain.case import Case
from workflows.domain.client_letters import ClientLetter
from workflows.domain.clients import ClientAttribute
from workflows.domain.decision import Decision
from workflows.domain.ids import PersonId
from workflows.ports.chat import Button, ButtonStyle, Dialect, Message
from workflows.ports.queries import KeptLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterToSend:
    """A letter to the client as somebody reads it; `mark` is the action that marks it, None when they may not.

    `copied` is its subject and body together, `address` is empty when the case has none, and `sent_by` is None as long
    as nobody has sent it.
    """

    subject: str
    body: str
    copied: str
    address: str
    mail: MailLink
    sent_by: str | None
    sent_at: datetime | None
    mark: str | None


def letter_to_send(named: CaseWords, kept: KeptLetter, reader: PersonId) -> LetterToSend:
    """Return a letter in the reader's language, if it has it."""
    texts, state, case = kept.written.texts, kept.state, named.case
    text = texts.get(named.language) or next(iter(texts.values()))
    address = _address(named)
    may_mark = permissions.may_mark_letters(case, named.organisation, reader)
    return LetterToSend(
        subject=text.subject,
        body=text.body,
        copied=copied_text(text),
        address=address,
        mail=mail_link(address, text),
        sent_by=None if state.sent is None else named.person(state.sent.by),
        sent_at=None if state.sent is None else state.sent.at,
        mark=_action(Verb.SENT if state.sent is None else Verb.UNSENT, state) if may_mark else None,
    )


def _address(named: CaseWords) -> str:
    """Return the client's e-mail address as the case has it."""
    values = (named.case.values.get(f.name) for f in named.definition.fields() if f.of_client is ClientAttribute.EMAIL)
    return next((str(value) for value in values if value), "")


def letters_message(turn: Turn, case: Case, letters: Sequence[KeptLetter]) -> Message:
    """Return letters as they are sent: each with its words to be copied, and what can be done with it."""
    named = turn.case_words(case)
    views = [letter_to_send(named, kept, turn.person.id) for kept in letters]
    return turn.message(
        "client_letters",
        [
            button
            for number, view in enumerate(views, 1)
            for button in _buttons(turn, view, f" · {number}" if len(views) > 1 else "")
        ],
        number=case.number,
        client=None if case.client is None else case.client.name,
        stage=None,
        letters=views,
        has_mail_link=turn.dialect is Dialect.MRKDWN,
        has_mail_button=turn.dialect is Dialect.HTML,
    )


def _buttons(turn: Turn, view: LetterToSend, which: str) -> Iterator[Button]:
    """Yield what can be done with a letter, as far as the chat can; *which* tells it from others."""
    words, people = turn.words, frozenset({turn.person.id})
    if view.sent_by is None:
        if units(view.copied) <= MOST_COPIED[turn.dialect]:
            yield Button(label=words.gettext("Copy") + which, copies=view.copied, people=people)
        if turn.dialect is Dialect.HTML:
            yield Button(
                label=words.gettext("Open in the mail program") + which,
                url=view.mail.url,
                copies=None if view.mail.is_whole else view.body,
                people=people,
            )
        if view.mark is not None:
            label, style = words.gettext("Mark as sent") + which, ButtonStyle.PRIMARY
            yield Button(label=label, action=view.mark, style=style, people=people)
    elif view.mark is not None:
        yield Button(label=words.gettext("It was not sent") + which, action=view.mark, people=people)


async def written(turn: Turn, decision: Decision) -> Message | None:
    """Return the letters to the client that a decision of the person has written, None when there are none."""
    tasks = {request.from_task for request in decision.letters if request.recipient is not None}
    if not tasks:
        return None
    kept = await turn.queries.client_letters(decision.case.id)
    return letters_message(turn, decision.case, [each for each in kept if each.state.task_id in tasks])


async def unsent(turn: Turn, case: Case) -> list[KeptLetter]:
    """Return the letters of a case to the client that nobody has sent, oldest first."""
    return [kept for kept in await turn.queries.client_letters(case.id) if kept.state.sent is None]


def subject_of(turn: Turn, kept: KeptLetter) -> str:
    """Return the subject of a letter in the person's language, if it has it."""
    texts = kept.written.texts
    return (texts.get(turn.language) or next(iter(texts.values()))).subject


def opening_button(turn: Turn, kept: KeptLetter, which: str = "") -> Button:
    """Return the button that shows a letter to be sent; *which* tells it from others."""
    label = turn.words.gettext("Letter to the client")
    return Button(label=f"{label} · {which}" if which else label, action=_action(Verb.LETTER, kept.state))


async def show(turn: Turn, action: Action) -> Reply:
    """Show a letter to the client, to the person only; raises NoSuchLetter."""
    case, kept = await _read(turn, action)
    return Reply(message=letters_message(turn, case, [kept]), kind=ReplyKind.PERSONAL, case_id=case.id)


async def mark(turn: Turn, action: Action) -> Reply:
    """Mark a letter as sent, or take the mark back, and show it as it is now; raises NoSuchLetter, MayNotMarkLetter."""
    is_sent = action.verb is Verb.SENT
    # Somebody else may have marked it, or a button was pressed twice: that is no refusal.
    with suppress(errors.NothingChanges):
        await turn.do(commands.MarkLetter(task_id=action.task_id, number=_number(action), sent=is_sent))
    case, kept = await _read(turn, action)
    subject = subject_of(turn, kept)
    toast = (
        turn.words.gettext("The letter “%(subject)s” is marked as sent.", subject=subject)
        if is_sent
        else turn.words.gettext("The letter “%(subject)s” is not sent.", subject=subject)
    )
    return Reply(toast=toast, message=letters_message(turn, case, [kept]), kind=ReplyKind.DONE, case_id=case.id)


async def _read(turn: Turn, action: Action) -> tuple[Case, KeptLetter]:
    case = (await turn.task(action.task_id)).case
    key = action.task_id, _number(action)
    for kept in await turn.queries.client_letters(case.id):
        if (kept.state.task_id, kept.state.number) == key:
            return case, kept
    raise errors.NoSuchLetter


def _action(verb: Verb, state: ClientLetter) -> str:
    return Action(verb=verb, target=state.task_id, argument=str(state.number)).encode()


def _number(action: Action) -> int:
    try:
        return int(action.argument)
    except ValueError:
        raise Unreadable("no number of a letter") from None
