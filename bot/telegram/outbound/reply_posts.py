"""Messages that a reply consists of: posted, or shown in place of an earlier one."""

from contextlib import suppress
from dataclasses import replace

from bot.conversation.interview.moves import is_move
from bot.remembered import Remembered
from bot.telegram.api.addresses import Place
from bot.telegram.api.client import Api
from bot.telegram.api.markup import parts
from bot.telegram.api.pace import Urgency
from bot.telegram.outbound.file_posts import FilePosts
from workflows.ports.chat import ChatError, Message


class ReplyMessages:
    """Posts before cards do, and knows which message of a private chat shows the current screen."""

    def __init__(self, *, api: Api, files: FilePosts) -> None:
        self._api = api
        self._files = files
        self._screens: Remembered[Place, int] = Remembered()

    async def post(self, place: Place, message: Message, *, under: int | None = None) -> None:
        """Post a message with its files; in private in as many parts as it takes, with the buttons under the last one.

        Raises ChatError, or StorageUnavailable when a file cannot be read.
        """
        *before, last = [message.text] if place.is_group else parts(message.text)
        for text in before:
            await self._api.send(place, Message(text=text), urgency=Urgency.ANSWER)
        sent = await self._api.send(place, replace(message, text=last), urgency=Urgency.ANSWER, reply_to=under)
        self._note_screen(place, int(sent), message)
        if message.files:
            await self._files.send(place, message.files, under=sent)

    async def show_instead(self, place: Place, message_id: int, message: Message) -> None:
        """Show a message in place of an earlier one; where that cannot be, post it and take the buttons of the earlier.

        Raises ChatError or StorageUnavailable.
        """
        if len(parts(message.text)) == 1:
            with suppress(ChatError):
                await self._api.edit(place, message_id, message, urgency=Urgency.ANSWER)
                self._note_screen(place, message_id, message)
                return
        await self.post(place, message)
        await self._api.remove_buttons(place, message_id)

    def is_current_screen(self, place: Place, message_id: int) -> bool:
        """Whether a message shows the current screen of a private chat."""
        return self._screens.get(place) == message_id

    def _note_screen(self, place: Place, message_id: int, message: Message) -> None:
        if any(is_move(button.action) for row in message.buttons for button in row):
            self._screens[place] = message_id
