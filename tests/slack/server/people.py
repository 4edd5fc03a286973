"""People, channels and files of the workspace: plain state."""

from dataclasses import dataclass, field

from .messages import Message
from .values import JSON


@dataclass(slots=True, eq=False, kw_only=True)
class Profile:
    """What Slack knows about one member."""

    id: str
    name: str
    email: str
    team_id: str
    locale: str = "ru-RU"
    is_bot: bool = False
    deleted: bool = False
    grid_teams: tuple[str, ...] = ()

    @property
    def username(self) -> str:
        """The short name in lower case."""
        return self.email.partition("@")[0] or self.name.lower().replace(" ", ".")

    def to_json(self, *, email: bool, locale: bool) -> JSON:
        """The user object; the address only with the scope for it."""
        profile: JSON = {"real_name": self.name, "display_name": self.name}
        if email and not self.is_bot:
            profile["email"] = self.email
        user: JSON = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.username,
            "real_name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "tz": "Europe/Moscow",
            "tz_offset": 10800,
            "profile": profile,
        }
        if self.grid_teams:
            # On Enterprise Grid a person may be in several workspaces, and there is no team_id.
            del user["team_id"]
            user["enterprise_user"] = {"id": self.id, "enterprise_id": "E0ORG", "teams": list(self.grid_teams)}
        return user | {"locale": self.locale} if locale else user


@dataclass(slots=True, eq=False, kw_only=True)
class File:
    """One uploaded file; *content* is None until its bytes have arrived.

    For a file that is hidden, or stored elsewhere, payloads contain nothing but its id, its names and what is *told*.
    """

    id: str
    name: str
    title: str
    owner: str
    created: int
    url: str
    length: int
    content: bytes | None = None
    completed: bool = False
    channels: set[str] = field(default_factory=set)
    told: JSON | None = None

    @property
    def filetype(self) -> str:
        """The extension, ``text`` without one."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else "text"

    def to_json(self) -> JSON:
        """The file object."""
        if self.told is not None:
            return {"id": self.id, "name": self.name, "title": self.title, "user": self.owner, **self.told}
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "mimetype": _MIME.get(self.filetype, "application/octet-stream"),
            "filetype": self.filetype,
            "user": self.owner,
            "created": self.created,
            "timestamp": self.created,
            "size": len(self.content or b""),
            "mode": "hosted",
            "is_external": False,
            "url_private": self.url,
            "url_private_download": f"{self.url}?download=1",
            "channels": sorted(self.channels),
        }


_MIME = {"txt": "text/plain", "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "csv": "text/csv"}


@dataclass(slots=True, eq=False, kw_only=True)
class Channel:
    """A channel or a direct message with everything posted in it; *connect* is how it is shared with others."""

    id: str
    name: str
    created: int
    creator: str
    is_private: bool = False
    is_archived: bool = False
    im_with: str | None = None
    connect: JSON = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    everything: list[Message] = field(default_factory=list)

    @property
    def is_im(self) -> bool:
        """A direct message between the app and one person."""
        return self.im_with is not None

    @property
    def scope(self) -> str:
        """The word before the colon of the scopes that cover this channel."""
        if self.is_im:
            return "im"
        return "groups" if self.is_private else "channels"

    @property
    def type(self) -> str:
        """The ``channel_type`` of message events."""
        if self.is_im:
            return "im"
        return "group" if self.is_private else "channel"

    @property
    def messages(self) -> list[Message]:
        """The current messages of the channel, oldest first, without replies in threads, system lines, tombstones."""
        shown = (message for message in self.everything if message.is_top_level and not message.is_tombstone)
        return [message for message in shown if not message.is_system]

    def replies(self, parent: Message) -> list[Message]:
        """The thread under *parent*, oldest first."""
        return [message for message in self.everything if message.thread_ts == parent.ts and message is not parent]

    def find(self, ts: str) -> Message | None:
        """The message with this time stamp."""
        return next((message for message in self.everything if message.ts == ts), None)

    def to_json(self, *, bot_id: str, num_members: bool = False) -> JSON:
        """The conversation object as the app sees it."""
        if self.is_im:
            return {"id": self.id, "created": self.created, "is_im": True, "user": self.im_with, "is_archived": False}
        found: JSON = {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_member": bot_id in self.members,
            "created": self.created,
            "creator": self.creator,
            "is_shared": False,
            "is_org_shared": False,
            "is_ext_shared": False,
            "is_pending_ext_shared": False,
            **self.connect,
        }
        return found | {"num_members": len(self.members)} if num_members else found
