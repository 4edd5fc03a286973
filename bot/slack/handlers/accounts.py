"""Who is behind a Slack account: a linked person, or somebody with the e-mail of one, once they have confirmed it."""

from collections.abc import Collection, Mapping
from contextlib import suppress

from bot.conversation.commands.vocabulary import Word
from bot.rendering.language.i18n import words_in
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from bot.slack.api.addresses import PLATFORM, address_of
from bot.slack.api.client import Api
from bot.slack.api.identity import Identity
from bot.slack.blockkit.blocks import escaped
from bot.slack.blockkit.plain_text import Names, mentioned
from workflows.domain.ids import PersonId
from workflows.domain.people import Person
from workflows.domain.text import Language
from workflows.ports.chat import Button, ButtonStyle, ChatError, Message
from workflows.ports.platforms import Account, LinkedAccount
from workflows.usecases.chats import Chats

CONFIRM = "slack:that-is-me"
"""What the button carries by which somebody confirms who they are; who it is is found out anew at the press."""


class Accounts:
    """Knows and links accounts; `command` is the name of our command."""

    def __init__(self, *, api: Api, chats: Chats, locale: Language, identity: Identity, command: str) -> None:
        self._api = api
        self._identity = identity
        self._command = command
        self._chats = chats
        self._locale = locale

    def person_of(self, user: str) -> PersonId | None:
        """Return who is behind an account."""
        return self._chats.directory.person_of(PLATFORM, user)

    def name_of(self, user: str) -> str | None:
        """Return the name of somebody known, for texts that mention the account."""
        person = self._chats.organisation.now.people.get(self.person_of(user) or PersonId(""))
        return None if person is None else person.name.in_(self._locale)

    async def names_in(self, text: str) -> Names:
        """Return the names of the accounts that a text mentions; Slack tells those of accounts linked to nobody."""
        told: dict[str, str] = {}
        for user in mentioned(text):
            if self.person_of(user) is None:
                with suppress(ChatError):
                    told[user] = await self._introduced(user)
        return lambda user: self.name_of(user) or told.get(user)

    async def account_of(self, user: str) -> LinkedAccount:
        """Return the account that an invitation may link; raises a ChatError."""
        chat = await self._private_chat(user)
        return LinkedAccount(platform=PLATFORM, account=user, chat=address_of(chat))

    async def way_in(self, user: str, language: Language) -> Message:
        """Return what somebody unknown gets to see: how to link the account, and nothing else."""
        try:
            person = await self._by_email(user)
        except ChatError:
            person = None
        words = words_in(language)
        if person is None:
            link = f"{self._command} {Word.LINK}"
            way = words.gettext("When you have its code, type: %(link)s CODE", link=link)
            return Message(text=escaped(f"{phrase(Phrase.NOT_LINKED, language)} {way}"))
        question = words.gettext("Your Slack e-mail is that of %(name)s. Is that you?", name=person.name.in_(language))
        button = Button(label=words.gettext("Yes, that is me"), action=CONFIRM, style=ButtonStyle.PRIMARY, people=None)
        return Message(text=escaped(question), buttons=((button,),))

    async def confirm(self, user: str) -> None:
        """Link the account to the person of its e-mail; raises a ChatError or StorageUnavailable."""
        person = await self._by_email(user)
        if person is None:
            return
        chat = address_of(await self._private_chat(user))
        now = self._chats.clock.now()
        await self._chats.link(Account(platform=PLATFORM, account=user, person=person.id, chat=chat, linked_at=now))

    async def _by_email(self, user: str) -> Person | None:
        """Return the person with the account's e-mail; guests and people of other workspaces are not trusted."""
        account: Mapping[str, object] = (await self._api.call("users.info", user=user))["user"]
        foreign = ("deleted", "is_bot", "is_stranger", "is_restricted", "is_ultra_restricted")
        profile, team = account.get("profile"), self._identity.team
        if any(account.get(name) for name in foreign) or account.get("is_email_confirmed") is False:
            return None
        if not team or team not in _teams_of(account):
            return None
        email = str(profile.get("email") or "").casefold() if isinstance(profile, Mapping) else ""
        people = self._chats.organisation.now.people.values()
        found = [person for person in people if email and (person.email or "").casefold() == email]
        return found[0] if len(found) == 1 else None

    async def _introduced(self, user: str) -> str:
        """Return the name of the person with the account's e-mail, else the name that the account shows."""
        person = await self._by_email(user)
        if person is not None:
            return person.name.in_(self._locale)
        account: Mapping[str, object] = (await self._api.call("users.info", user=user))["user"]
        return str(account.get("real_name") or account.get("name") or "")

    async def _private_chat(self, user: str) -> str:
        channel: str = (await self._api.call("conversations.open", users=user))["channel"]["id"]
        return channel


def _teams_of(account: Mapping[str, object]) -> Collection[object]:
    """Return the workspaces that an account is in: one, or on Enterprise Grid several."""
    grid = account.get("enterprise_user")
    teams = grid.get("teams") if isinstance(grid, Mapping) else None
    return [account.get("team_id"), *(teams if isinstance(teams, list) else ())]
