"""Messages that a reply consists of: posted, or shown in place of an earlier one."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from bot.conversation.interview.steps.moves import is_move
from bot.conversation.list_places import note_list
from bot.remembered import Remembered
from bot.telegram.api.addresses import Place
from bot.telegram.api.client import Api
from bot.telegram.api.markup import parts
from bot.telegram.api.pace import Urgency
from bot.telegram.outbound.file_posts import FilePosts
from workflows.ports.chat import ChatError, Message, MessageId
from workflows.usecases.delivery.shown_lists import ShownLists


class ReplyMessages:
    """Posts before cards do, and knows which message of a private chat shows the current screen.

    `_parts` are the messages (id, text) above a message that ends a long text; `_wanted` counts the states asked for.
    """

    def __init__(self, *, api: Api, files: FilePosts, lists: ShownLists) -> None:
        self._api = api
        self._lists = lists
        self._files = files
        self._screens: Remembered[Place, int] = Remembered()
        self._parts: Remembered[tuple[Place, int], tuple[tuple[int, str], ...]] = Remembered()
        self._wanted: Remembered[tuple[Place, int], int] = Remembered()

    async def mark_kept(self, place: Place, message_id: int) -> None:
        """Show whoever wrote a message that it was kept; not every chat takes the sign."""
        with suppress(ChatError):
            await self._api.react(place, message_id)

    def is_full(self, place: Place) -> bool:
        """Whether a reply in a group would wait for the platform's limit of a minute."""
        return self._api.pace.is_full(place.chat_id)

    def want(self, place: Place, message_id: int) -> Callable[[], bool]:
        """Note that a message shall show a newer state; return whether a still newer one is asked for by now.

        Quick fingers ask for many states: those that were overtaken are not shown.
        """
        mine = self._wanted.get((place, message_id), 0) + 1
        self._wanted[place, message_id] = mine
        return lambda: self._wanted.get((place, message_id), mine) > mine

    async def post(self, place: Place, message: Message, *, under: int | None = None) -> None:
        """Post a message with its files; in private in as many parts as it takes, with the buttons under the last one.

        Raises ChatError, or StorageUnavailable when a file cannot be read.
        """
        *before, last = [message.text] if place.is_group else parts(message.text)
        above = []
        for text in before:
            above.append((int(await self._api.send(place, Message(text=text), urgency=Urgency.ANSWER)), text))
        sent = await self._api.send(place, replace(message, text=last), urgency=Urgency.ANSWER, reply_to=under)
        if above:
            self._parts[place, int(sent)] = tuple(above)
        self._note_screen(place, int(sent), message)
        if not above:
            await note_list(self._lists, place.address, sent, message)
        if message.files:
            await self._files.send(place, message.files, under=sent)

    async def show_instead(
        self, place: Place, message_id: int, message: Message, *, is_overtaken: Callable[[], bool] | None = None
    ) -> None:
        """Show a message in place of an earlier one; where that cannot be, post it and take the buttons of the earlier.

        Raises ChatError or StorageUnavailable.
        """
        if not await self.refresh(place, message_id, message, is_overtaken=is_overtaken):
            await self.post(place, message)
            await self._api.remove_buttons(place, message_id)

    async def refresh(
        self, place: Place, message_id: int, message: Message, *, is_overtaken: Callable[[], bool] | None = None
    ) -> bool:
        """Show a message in place of an earlier one and return whether that was possible.

        Of a text in several messages those are edited that change.
        """
        *before, last = parts(message.text)
        above = self._parts.get((place, message_id), ())
        if not before or len(before) == len(above):
            with suppress(ChatError):
                # A text that has become short takes the place of its last message alone.
                for (part_id, shown), text in zip(above, before, strict=False):
                    if shown != text:
                        await self._api.edit(place, part_id, Message(text=text), urgency=Urgency.ANSWER)
                if above:
                    ids = (part_id for part_id, _ in above)
                    self._parts[place, message_id] = tuple(zip(ids, before, strict=False))
                shown_last = replace(message, text=last)
                await self._api.edit(place, message_id, shown_last, urgency=Urgency.ANSWER, is_overtaken=is_overtaken)
                self._note_screen(place, message_id, message)
                if not before:
                    await note_list(self._lists, place.address, MessageId(str(message_id)), message)
                return True
        return False

    def screen_of(self, place: Place) -> int | None:
        """Return the message that shows the current screen of a private chat, as far as this process has shown it."""
        return self._screens.get(place)

    async def end_screen(self, place: Place, message: Message) -> None:
        """Show in place of the current screen of a private chat what became of its form; raises ChatError."""
        shown = self._screens.pop(place, None)
        if shown is not None:
            await self._api.edit(place, shown, message, urgency=Urgency.CHANGE)

    def is_current_screen(self, place: Place, message_id: int) -> bool:
        """Whether a message shows the current screen of a private chat."""
        return self._screens.get(place) == message_id

    def _note_screen(self, place: Place, message_id: int, message: Message) -> None:
        if any(is_move(button.action) for row in message.buttons for button in row):
            self._screens[place] = message_id
