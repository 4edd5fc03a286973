"""`/link`: the ways in of a person, one's own or of somebody whom one may invite: accounts and sign-ins to end."""

from bot.actions import Action, Unreadable, Verb, account_of, unlinking
from bot.conversation.commands.vocabulary import Word
from bot.conversation.reply import Menu, Reply, ReplyKind
from bot.conversation.turn import Turn, plain
from bot.rendering.language.filters import Formats
from workflows.domain import permissions
from workflows.domain.ids import PersonId
from workflows.domain.people import Person
from workflows.domain.text import folded
from workflows.ports.chat import Button, ButtonStyle
from workflows.ports.platforms import Account

_SURE = "sure"
"""The argument of the button that confirms."""


async def show(turn: Turn, rest: str) -> Reply:
    """Return the accounts of whoever asks, or of the person named, each with a button that unlinks it.

    A last button ends the person's sign-ins to the built-in chat.
    """
    if turn.asker.group_title is not None:
        toast = turn.words.gettext(
            "I know you as %(name)s. Accounts are unlinked with %(link)s in the private chat with me.",
            link=turn.command(Word.LINK),
            name=turn.name_of(turn.person.id),
        )
        return Reply(toast=toast)
    person = _named(turn, rest) if rest else turn.person
    if person is None:
        toast = turn.words.gettext(
            "There is nobody “%(name)s” whose accounts you may see: heads see those of their department, "
            "administrators all.",
            name=rest,
        )
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    accounts = turn.chats.directory.accounts_of(person.id)
    name, departments = turn.name_of(person.id), ", ".join(map(turn.department_title, person.departments))
    if accounts:
        text = turn.words.gettext(
            "Accounts that are linked to %(name)s (%(departments)s):", name=name, departments=departments
        )
    else:
        text = turn.words.gettext(
            "%(name)s (%(departments)s) has no linked account and works in the built-in chat.",
            name=name,
            departments=departments,
        )
    lines = (f"• {_label(turn, account)}" for account in accounts)
    ending = Button(
        label=turn.words.gettext("End all sign-ins to the built-in chat"),
        action=Action(verb=Verb.SIGN_OUT, target=person.id).encode(),
        style=ButtonStyle.DANGER,
    )
    buttons = (*(_unlink_button(turn, account) for account in accounts), ending)
    return Reply(dialog=Menu(title=turn.words.gettext("Accounts"), text="\n".join([text, *lines]), buttons=buttons))


async def sign_out(turn: Turn, action: Action) -> Reply:
    """End all sign-ins of a person to the built-in chat; raises Unreadable when that is not for this person to do."""
    person = turn.organisation.people.get(PersonId(action.target))
    if person is None or not _may_unlink(turn, person):
        raise Unreadable("nobody whom this person may sign out")
    await turn.sign_ins.end_all(person.id)
    sentence = turn.words.gettext(
        "All sign-ins of %(name)s to the built-in chat are ended, in every browser. Tasks and drafts are kept. The way "
        "back is a new one-time link.",
        name=turn.name_of(person.id),
    )
    return Reply(message=plain(sentence, turn.dialect), kind=ReplyKind.DONE)


async def unlink(turn: Turn, action: Action) -> Reply:
    """Ask for confirmation, then unlink the account; raises Unreadable when that is not for this person to do."""
    account = turn.chats.directory.account(*account_of(action))
    owner = None if account is None else turn.organisation.people.get(account.person)
    # A button that was shown to somebody else must not unlink an account.
    if account is None or owner is None or not _may_unlink(turn, owner):
        raise Unreadable("no account that this person may unlink")
    gettext, name = turn.words.gettext, turn.name_of(owner.id)
    if action.argument != _SURE:
        text = gettext(
            "Unlink this account from %(name)s? Nothing more is written to it, and what waits for it is dropped; "
            "tasks and drafts stay. The way back is a new invitation.",
            name=name,
        )
        button = Button(label=gettext("Yes, unlink"), action=unlinking(account.platform, account.account, _SURE))
        title = gettext("Accounts")
        return Reply(dialog=Menu(title=title, text=f"{_label(turn, account)}\n{text}", buttons=(button,)))
    await turn.chats.unlink(account)
    sentence = gettext(
        "The account is unlinked from %(name)s: nothing more is written to it. Tasks and drafts are kept. The way back "
        "is an invitation from the head or the administrator.",
        name=name,
    )
    return Reply(message=plain(sentence, turn.dialect), kind=ReplyKind.DONE)


def _may_unlink(turn: Turn, owner: Person) -> bool:
    return owner.id == turn.person.id or permissions.may_invite(turn.organisation, turn.person.id, owner)


def _named(turn: Turn, words: str) -> Person | None:
    """Return the one person of that id or name whose accounts this person may see, or None."""
    wanted = folded(words).removeprefix("@")
    found = [
        person
        for person in turn.organisation.people.values()
        if _may_unlink(turn, person) and wanted in folded(f"{person.id} {person.name.ru} {person.name.en}")
    ]
    exact = [
        person for person in found if wanted in (folded(person.id), folded(person.name.ru), folded(person.name.en))
    ]
    return next(iter(exact or found), None) if len(exact or found) == 1 else None


def _label(turn: Turn, account: Account) -> str:
    """Return the platform of an account, since when it is linked, and whether this is the one that asks."""
    port = turn.ports.get(account.platform)
    platform = account.platform if port is None else turn.words.gettext(port.title)
    moment = Formats(turn.language, turn.zone).stamp(account.linked_at)
    label = turn.words.gettext("%(platform)s, since %(moment)s", platform=platform, moment=moment)
    this = turn.words.gettext("this one")
    return f"{label} · {this}" if account.chat == turn.asker.chat else label


def _unlink_button(turn: Turn, account: Account) -> Button:
    label = turn.words.gettext("Unlink: %(account)s", account=_label(turn, account))
    return Button(label=label, action=unlinking(account.platform, account.account))
