"""Lists that were shown before, as they are now: read for the person who asked, where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Asker, ListRead
from bot.conversation.list_places import cases_in
from workflows.domain.ids import PersonId
from workflows.domain.notices import RECIPIENT, NoticeValues
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, ChatPort, platform_of
from workflows.ports.lists import ReadList


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsNow:
    """Implements `workflows.ports.lists.Lists`."""

    conversation: Conversation
    ports: Mapping[str, ChatPort]

    async def read(self, chat: ChatAddress, values: NoticeValues) -> ReadList | None:
        """Return the list as its owner would get it now."""
        port, language = self.ports.get(platform_of(chat)), Language(str(values["language"]))
        if port is None:
            return None
        asker = Asker(
            person=PersonId(str(values[RECIPIENT])),
            language=language,
            chat=chat,
            dialect=port.dialect,
            # The title is not shown; it only tells a group from a private chat.
            group_title=str(values["group"]) or None,
        )
        read = ListRead(command=str(values["command"]), page=int(str(values["page"])))
        message = await self.conversation.list_now(asker, read)
        return None if message is None else ReadList(renditions={language: message}, about=cases_in(message))
