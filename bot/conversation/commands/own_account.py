"""`/link`: show whose account this is, and unlink it."""

from bot.actions import Action, Unreadable, Verb
from bot.conversation.commands.vocabulary import Word
from bot.conversation.reply import Menu, Reply, ReplyKind
from bot.conversation.turn import Turn, plain
from workflows.ports.chat import Button, platform_of
from workflows.ports.platforms import Account

_SURE = "sure"
"""The argument of the button that confirms."""


async def show(turn: Turn, _rest: str) -> Reply:
    """Return whose account this is, with an offer to unlink it in the account's private chat."""
    account = turn.chats.directory.account_in(turn.asker.chat)
    if account is None or account.person != turn.person.id:
        toast = turn.words.gettext(
            "I know you as %(name)s. Accounts are unlinked with %(link)s in the private chat with me there.",
            link=turn.command(Word.LINK),
            name=turn.name_of(turn.person.id),
        )
        return Reply(toast=toast)
    text = turn.words.gettext(
        "This account is linked to %(name)s (%(departments)s).",
        name=turn.name_of(account.person),
        departments=", ".join(turn.department_title(department) for department in turn.person.departments),
    )
    return _offer(turn, account, text, turn.words.gettext("Unlink"))


async def unlink(turn: Turn, action: Action) -> Reply:
    """Ask for confirmation, then unlink the account; raises Unreadable when it is not the person's."""
    account = turn.chats.directory.account(platform_of(turn.asker.chat), action.target)
    # A button that was shown to somebody else must not unlink their account.
    if account is None or account.person != turn.person.id:
        raise Unreadable("no account of this person")
    if action.argument != _SURE:
        text = turn.words.gettext(
            "Unlink this account from %(name)s? Nothing more is written to it, and what waits for it is dropped; your "
            "tasks and drafts stay. The way back is a new invitation.",
            name=turn.name_of(account.person),
        )
        return _offer(turn, account, text, turn.words.gettext("Yes, unlink"), _SURE)
    await turn.chats.unlink(account)
    sentence = turn.words.gettext(
        "This account is unlinked: nothing more is written to it. Your tasks and drafts are kept. To come back, ask "
        "your head or the administrator for an invitation."
    )
    return Reply(message=plain(sentence, turn.dialect), kind=ReplyKind.DONE)


def _offer(turn: Turn, account: Account, text: str, label: str, argument: str = "") -> Reply:
    action = Action(verb=Verb.UNLINK, target=account.account, argument=argument)
    button = Button(label=label, action=action.encode())
    return Reply(dialog=Menu(title=turn.words.gettext("Your account"), text=text, buttons=(button,)))
