"""The Home tab: what somebody has taken, what waits in their department, and a button for a new case."""

import structlog

from bot.actions import Action, Verb
from bot.conversation.reply import HomeView
from bot.rendering.language.i18n import words_in
from bot.slack.api.client import JSON, Api
from bot.slack.api.origin import Origin
from bot.slack.blockkit.blocks import MOST_VIEW_BLOCKS, actions, divider
from bot.slack.blockkit.markup import button_element, message_blocks
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.conversation_gateway import ConversationGateway
from workflows.domain.ids import PersonId
from workflows.ports.chat import Button, ButtonStyle, ChatError

log = structlog.get_logger(__name__)


class Home:
    """Publishes Home tabs."""

    def __init__(self, *, gateway: ConversationGateway, accounts: Accounts, api: Api) -> None:
        self._gateway = gateway
        self._accounts = accounts
        self._api = api

    async def publish(self, origin: Origin) -> None:
        """Show somebody their Home tab as things are now; somebody unknown the way in and nothing else."""
        view = await self._gateway.home(origin)
        if view is None:
            language = await self._gateway.language_of(origin)
            blocks = message_blocks(await self._accounts.way_in(origin.user, language))
        else:
            blocks = _blocks(view, self._accounts.person_of(origin.user))
        try:
            tab = {"type": "home", "blocks": blocks[:MOST_VIEW_BLOCKS]}
            await self._api.call("views.publish", user_id=origin.user, view=tab)
        except ChatError as problem:
            log.warning("A Home tab could not be shown.", action="slack_home_lost", code=problem.code)


def _blocks(view: HomeView, person: PersonId | None) -> list[JSON]:
    blocks: list[JSON] = []
    if view.opens_cases:
        action = Action(verb=Verb.COMMAND, target="new").encode()
        label = words_in(view.language).gettext("New case")
        new = Button(label=label, action=action, style=ButtonStyle.PRIMARY, people=None)
        blocks = [*actions([button_element(new, "new")]), divider()]
    for section in view.sections:
        blocks += [*message_blocks(section, person), divider()]
    return blocks[:-1]
