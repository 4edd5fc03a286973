"""A chat platform that only reports its abilities: nothing is sent to it."""

from collections.abc import Mapping

from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, ChatPort, Dialect, Message, MessageId, Subject

PLATFORMS = {Dialect.HTML: "web", Dialect.INLINE_HTML: "telegram", Dialect.MRKDWN: "slack"}


class SilentChat:
    """Implements ChatPort; the web chat has a panel, Slack joins channels."""

    def __init__(self, dialect: Dialect) -> None:
        self.platform = PLATFORMS[dialect]
        self.title = self.platform.title()
        self.dialect = dialect
        self.shows_threads = dialect is Dialect.HTML
        self.has_topics = dialect is Dialect.INLINE_HTML
        self.has_panel = dialect is Dialect.HTML
        self.joins_channels = dialect is Dialect.MRKDWN
        self.command_sign = "/"

    def way_in(self, _code: str) -> None:
        """Return no way in."""
        return None

    def languages(self, _chat: ChatAddress) -> tuple[Language, ...]:
        """Return English."""
        return (Language.EN,)

    async def post(
        self, chat: ChatAddress, renditions: Mapping[Language, Message], *, key: str, subject: Subject
    ) -> MessageId:
        """Refuse: nobody posts here."""
        raise NotImplementedError

    async def edit(
        self, chat: ChatAddress, message: MessageId, renditions: Mapping[Language, Message], *, subject: Subject
    ) -> None:
        """Refuse: nobody edits here."""
        raise NotImplementedError


def silent_chats() -> dict[str, ChatPort]:
    """Return a silent chat for each platform."""
    return {chat.platform: chat for chat in map(SilentChat, Dialect)}
