"""The Home tab: what somebody has taken, what waits in their department, and a button for a new case."""

import structlog

from bot.actions import Action, Verb
from bot.conversation.incoming import Said
from bot.conversation.reply import Reply
from bot.slack.api.client import JSON, Api
from bot.slack.api.origin import Origin, Reader
from bot.slack.blockkit.blocks import MOST_VIEW_BLOCKS, actions, divider
from bot.slack.blockkit.markup import button_element, message_blocks
from bot.slack.handlers.reception import Reception
from bot.slack.outbound.replies import in_words
from workflows.ports.chat import Button, ButtonStyle, ChatError, Message

log = structlog.get_logger(__name__)


class Home:
    """Publishes Home tabs."""

    def __init__(self, *, reception: Reception, api: Api) -> None:
        self._reception = reception
        self._api = api

    async def publish(self, origin: Origin) -> None:
        """Show somebody their Home tab as things are now; somebody unknown the way in and nothing else."""
        reader = await self._reception.reader(origin)
        blocks = await self._known(origin, reader) if reader.person is not None else await self._unknown(origin, reader)
        try:
            view = {"type": "home", "blocks": blocks[:MOST_VIEW_BLOCKS]}
            await self._api.call("views.publish", user_id=origin.user, view=view)
        except ChatError as problem:
            log.warning("A Home tab could not be shown.", action="slack_home_lost", code=problem.code)

    async def _unknown(self, origin: Origin, reader: Reader) -> list[JSON]:
        reply = Reply(message=await self._reception.accounts.way_in(origin, reader))
        return message_blocks(in_words(reply, reader) or Message(text="—"))

    async def _known(self, origin: Origin, reader: Reader) -> list[JSON]:
        blocks: list[JSON] = []
        opened, _ = await self._reception.handle("", origin, Said(text="/new"))
        if not opened.is_refusal:
            action = Action(verb=Verb.COMMAND, target="new").encode()
            label = reader.words.gettext("New case")
            new = Button(label=label, action=action, style=ButtonStyle.PRIMARY, people=None)
            blocks = [*actions([button_element(new, "new")]), divider()]
        for command in ("/my", "/queue"):
            reply, _ = await self._reception.handle("", origin, Said(text=command))
            said = in_words(reply, reader) or Message(text="—")
            blocks += [*message_blocks(said, reader.person), divider()]
        return blocks[:-1]
