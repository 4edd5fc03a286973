"""What is asked or offered apart from a form, which waits meanwhile: a long menu, a question answered in words."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot.actions import Unreadable, Verb, decode
from bot.conversation.commands.vocabulary import SIGN, is_command
from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Answered, Attached, Followed, Intent, Press, Said
from bot.conversation.interview.respondents import Respondent, Respondents
from bot.conversation.interview.screens import aside_screens
from bot.conversation.interview.screens.controls import PAGE
from bot.conversation.interview.screens.file_remarks import beside_words, with_remarks
from bot.conversation.interview.steps.moves import Move, UnknownMove
from bot.conversation.interview.steps.navigation import to_page
from bot.conversation.interview.steps.progress import Progress
from bot.conversation.reply import Ask, Menu, Reply, ReplyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Asides:
    """Shows asides and takes the answers to them; raises StorageUnavailable.

    A reply may still have a dialog to be shown. When the aside ends, the person is back in the form that waited.
    """

    conversation: Conversation
    respondents: Respondents

    async def offer(self, respondent: Respondent, reply: Reply, menu: Menu) -> Reply:
        """Show a menu; for one of several pages, what opened it is saved, so that it can be opened again."""
        opener = _opener_of(respondent.incoming.intent)
        if len(menu.buttons) <= PAGE or not opener:
            return replace(reply, dialog=None, message=aside_screens.menu(respondent.screens, menu))
        return await self._show_page(respondent, reply, menu, respondent.progress.with_aside(menu=opener))

    async def ask(self, respondent: Respondent, reply: Reply, ask: Ask) -> Reply:
        """Ask for words."""
        now = await self.respondents.keep(respondent, respondent.progress.with_aside(ask=ask.action))
        return replace(reply, dialog=None, message=aside_screens.ask(now.screens, ask, now.progress))

    async def press(self, respondent: Respondent, move: Move, argument: str) -> Reply:
        """Do the move of a button of the aside; raises UnknownMove for one that asides do not have."""
        if move not in ON_ASIDE:
            raise UnknownMove("no move of an aside")
        return await ON_ASIDE[move](self, respondent, argument)

    async def turn_page(self, respondent: Respondent, argument: str) -> Reply:
        """Show another page of a menu."""
        if not respondent.progress.menu:
            return await self.leave(respondent, argument)
        return await self._turn_to(respondent, to_page(respondent.progress, argument), is_same_screen=True)

    async def show_all(self, respondent: Respondent, argument: str) -> Reply:
        """Show all choices of a menu again."""
        if not respondent.progress.menu:
            return await self.leave(respondent, argument)
        return await self._turn_to(respondent, replace(respondent.progress, found="", page=0))

    async def leave(self, respondent: Respondent, _argument: str) -> Reply:
        """Leave a menu, or a question without an answer."""
        await self._end(respondent)
        if respondent.progress.menu:
            return Reply()
        screens = respondent.screens
        return Reply(message=screens.sentence(screens.words.gettext("Nothing was changed.")))

    async def take(self, respondent: Respondent) -> Reply | None:
        """Take what was typed, sent or chosen as the answer; return None when it is not an answer."""
        intent, progress = respondent.incoming.intent, respondent.progress
        match intent:
            case Said(text=text) if not is_command(text):
                if progress.menu:
                    return await self._turn_to(respondent, replace(progress, found=text, page=0))
                return await self._answer(respondent, text)
            case Attached() as attached if progress.ask:
                if not attached.caption:
                    return await self._want_words(respondent)
                reply = await self._answer(respondent, attached.caption)
                return with_remarks(respondent.screens, reply, beside_words(respondent.screens, attached))
            case Press(action=action) if progress.ask:
                return await self._choose_option(respondent, action)
        return None

    async def _turn_to(self, respondent: Respondent, progress: Progress, *, is_same_screen: bool = False) -> Reply:
        """Open the menu again and show a page of it, or of the choices that match the search."""
        reply = await self.conversation.handle(replace(respondent.incoming, intent=_opening(progress.menu)))
        if isinstance(reply.dialog, Menu):
            return await self._show_page(respondent, reply, reply.dialog, progress, is_same_screen=is_same_screen)
        await self._end(respondent)
        return reply

    async def _show_page(
        self, respondent: Respondent, reply: Reply, menu: Menu, progress: Progress, *, is_same_screen: bool = False
    ) -> Reply:
        now = await self.respondents.keep(respondent, progress, is_same_screen=is_same_screen)
        return replace(reply, dialog=None, message=aside_screens.menu_page(now.screens, menu, now.progress))

    async def _answer(self, respondent: Respondent, text: str) -> Reply:
        """Pass the text to the conversation as the answer to the question."""
        intent = Answered(action=respondent.progress.ask, text=text)
        reply = await self.conversation.handle(replace(respondent.incoming, intent=intent))
        if reply.kind is not ReplyKind.MENDABLE:
            await self._end(respondent)
        if reply.message is None and reply.dialog is None and reply.toast is not None:
            return replace(reply, toast=None, message=respondent.screens.sentence(reply.toast))
        return reply

    async def _want_words(self, respondent: Respondent) -> Reply:
        """Refuse a file without a caption; the question stays open."""
        await self.respondents.keep(respondent, respondent.progress)
        wanted = respondent.screens.words.gettext("Please answer in words: a file is not taken here.")
        return Reply(message=respondent.screens.sentence(wanted), kind=ReplyKind.REFUSED)

    async def _choose_option(self, respondent: Respondent, action: str) -> Reply | None:
        """Save the chosen option until the words come; return None when the button is not an option of the question."""
        asked = decode(respondent.progress.ask)
        try:
            pressed = decode(action)
        except Unreadable:
            return None
        if asked.verb is not Verb.RETURN_TO or action == respondent.progress.ask:
            return None
        if (pressed.verb, pressed.target) != (asked.verb, asked.target):
            return None
        await self.respondents.keep(respondent, replace(respondent.progress, ask=action))
        screens = respondent.screens
        return Reply(message=screens.sentence(screens.words.gettext("Now write the reason.")))

    async def _end(self, respondent: Respondent) -> None:
        await self.respondents.keep(respondent, respondent.progress.without_aside())


ON_ASIDE: Mapping[Move, Callable[[Asides, Respondent, str], Awaitable[Reply]]] = {
    Move.PAGE: Asides.turn_page,
    Move.ALL: Asides.show_all,
    Move.BACK: Asides.leave,
    Move.CANCEL: Asides.leave,
}
"""The functions of the moves while an aside is open."""


def _opener_of(intent: Intent) -> str:
    """Return what opens the same menu again: a button's action, or a command as typed; empty for other intents."""
    match intent:
        case Press(action=action) | Followed(action=action):
            return action
        case Said(text=text) if text.startswith(SIGN):
            return text
    return ""


def _opening(opener: str) -> Intent:
    """Return the intent that opens a menu again."""
    return Said(text=opener) if opener.startswith(SIGN) else Press(action=opener)
