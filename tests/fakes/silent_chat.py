"""A chat platform that only says what it can do: nothing is sent to it."""

from collections.abc import Mapping

from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, Dialect, Message, MessageId, Subject


class SilentChat:
    """Implements ChatPort; the one of the web dialect has a panel, that of Slack's joins channels."""

    def __init__(self, dialect: Dialect) -> None:
        self.platform = dialect.value
        self.title = dialect.value.title()
        self.dialect = dialect
        self.shows_threads = dialect is Dialect.WEB
        self.has_topics = dialect is Dialect.TELEGRAM
        self.has_panel = dialect is Dialect.WEB
        self.joins_channels = dialect is Dialect.SLACK
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
