"""The people and chats around the bot, and what others do to it."""

from .chats import ADMINISTRATOR_RIGHTS, PRESENT, Account, Chat, Kind, Member, Status, Topic
from .people import Person
from .platform import Platform
from .rooms import begin_topic, remove_topic, set_closed
from .text import Formatted

_FIRST_USER = 1000
_FIRST_GROUP = 4_000_000
_FIRST_SUPERGROUP = 1_001_000_000_000


class World:
    """Makes people and chats, and changes what the bot may do there."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.people: dict[int, Person] = {}

    @property
    def bot(self) -> Account:
        """The bot's own account."""
        return self.platform.bot

    # people and chats

    def user(self, first_name: str, language_code: str = "en", *, last_name: str = "", username: str = "") -> Person:
        """A new person, whom the bot does not know before the first message."""
        account = Account(
            id=_FIRST_USER + self.platform.next_id(),
            first_name=first_name,
            last_name=last_name,
            username=username,
            language_code=language_code,
        )
        members = {who.id: Member(account=who, status=Status.MEMBER) for who in (account, self.bot)}
        chat = Chat(id=account.id, kind=Kind.PRIVATE, title=account.full_name, members=members)
        self.platform.accounts[account.id] = account
        self.platform.chats[chat.id] = chat
        self.people[account.id] = Person(self, account, chat)
        return self.people[account.id]

    def private(self, person: Person) -> Chat:
        """The person's private chat with the bot."""
        return person.private

    def group(self, title: str, *people: Person, bot: bool = True) -> Chat:
        """A basic group, made by the first of these people; the bot is a member unless stated otherwise."""
        return self._room(Kind.GROUP, title, people, bot=bot)

    def supergroup(self, title: str, *people: Person, forum: bool = False, bot: bool = True) -> Chat:
        """A supergroup, or a forum with topics."""
        chat = self._room(Kind.SUPERGROUP, title, people, bot=bot)
        chat.is_forum = forum
        return chat

    def _room(self, kind: Kind, title: str, people: tuple[Person, ...], *, bot: bool) -> Chat:
        number = self.platform.next_id()
        chat = Chat(id=-(_FIRST_GROUP if kind is Kind.GROUP else _FIRST_SUPERGROUP) - number, kind=kind, title=title)
        for place, person in enumerate(people):
            self.join(chat, person, creator=place == 0)
        if bot:
            chat.members[self.bot.id] = Member(account=self.bot, status=Status.MEMBER)
        self.platform.chats[chat.id] = chat
        return chat

    def join(self, chat: Chat, person: Person, *, creator: bool = False, administrator: bool = False) -> None:
        """Add a person to a chat."""
        status = Status.CREATOR if creator else Status.ADMINISTRATOR if administrator else Status.MEMBER
        rights = frozenset(ADMINISTRATOR_RIGHTS) if administrator else frozenset[str]()
        chat.members[person.id] = Member(account=person.account, status=status, rights=rights)

    # the bot's place in a chat

    def add_bot(self, chat: Chat, by: Person | None = None) -> None:
        """Somebody adds the bot to the group."""
        self._set_bot(chat, Status.MEMBER, by)
        service = {"new_chat_members": [self.bot.json()]}
        notice = self.platform.add_message(chat, self._actor(chat, by), Formatted(""), service=service)
        self.platform.tell("message", notice)

    def kick_bot(self, chat: Chat, by: Person | None = None) -> None:
        """Somebody removes the bot from the group."""
        self._set_bot(chat, Status.KICKED, by)

    def mute_bot(self, chat: Chat, by: Person | None = None) -> None:
        """Remove the right to write: the bot's, or in a basic group all members', and then the bot gets no update."""
        if chat.kind is Kind.GROUP:
            chat.is_muted = True
        else:
            self._set_bot(chat, Status.RESTRICTED, by)

    def unmute_bot(self, chat: Chat, by: Person | None = None) -> None:
        """Give the right to write back."""
        if chat.kind is Kind.GROUP:
            chat.is_muted = False
        else:
            self._set_bot(chat, Status.MEMBER, by)

    def promote_bot(self, chat: Chat, *rights: str, by: Person | None = None) -> None:
        """Make the bot an administrator with these rights, or with all."""
        unknown = set(rights) - set(ADMINISTRATOR_RIGHTS)
        if unknown:
            raise ValueError(f"no such right: {sorted(unknown)}")
        self._set_bot(chat, Status.ADMINISTRATOR, by, frozenset(rights or ADMINISTRATOR_RIGHTS))

    def demote_bot(self, chat: Chat, by: Person | None = None) -> None:
        """Make the bot a plain member."""
        self._set_bot(chat, Status.MEMBER, by)

    def _set_bot(self, chat: Chat, status: Status, by: Person | None, rights: frozenset[str] = frozenset()) -> None:
        member = Member(account=self.bot, status=status, rights=rights)
        self.platform.change_member(chat, member, by=self._actor(chat, by))

    def _actor(self, chat: Chat, by: Person | None) -> Account:
        if by is not None:
            return by.account
        people = (member.account for member in chat.members.values() if not member.account.is_bot)
        return next(people, self.bot)

    # the chat itself

    def upgrade_group(self, chat: Chat, *, forum: bool = False) -> Chat:
        """A basic group becomes a supergroup with another id; the bot joins that one and never leaves the old one."""
        if chat.kind is not Kind.GROUP or chat.upgraded_to is not None:
            raise ValueError(f"{chat.name!r} cannot be upgraded")
        new = self.supergroup(chat.title, forum=forum, bot=False)
        new.members = {who: member for who, member in chat.members.items() if who != self.bot.id}
        new.is_muted = chat.is_muted
        actor = self._actor(chat, None)
        bot = chat.member(self.bot)
        if bot.status in PRESENT:
            self.platform.change_member(new, bot, by=actor)
        for place, service in ((chat, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": chat.id})):
            self.platform.tell("message", self.platform.add_message(place, actor, Formatted(""), service=service))
        chat.upgraded_to = new.id
        return new

    def topic(self, chat: Chat, name: str) -> Topic:
        """A new topic of a forum."""
        if not chat.is_forum:
            raise ValueError(f"{chat.name!r} is not a forum")
        return begin_topic(self.platform, chat, name)

    def close_topic(self, chat: Chat, topic: Topic) -> None:
        """Close a topic: only administrators may write there."""
        set_closed(self.platform, chat, topic, closed=True)

    def delete_topic(self, chat: Chat, topic: Topic) -> None:
        """Delete a topic with its messages; bots get no update about it."""
        remove_topic(self.platform, chat, topic)

    def transcript(self) -> str:
        """All chats that contain a message."""
        return "\n\n".join(chat.transcript() for chat in self.platform.chats.values() if chat.messages)
