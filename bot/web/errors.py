"""The errors of the web chat, in words for the person: what happened and what to do next."""

from dataclasses import dataclass

from bot.rendering.language.i18n import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A page or toast about something that went wrong: English message ids of its title and of its advice."""

    status: int
    title: str
    advice: str


class WebError(Exception):
    """Ends a request with a page or toast about a trouble."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.title)
        self.trouble = trouble


NOT_SIGNED_IN = Trouble(
    status=401,
    title=N_("This window is not signed in"),
    advice=N_("Open the start page and come in again. What you have typed stays in this window until you close it."),
)
UNKNOWN_PERSON = Trouble(
    status=404,
    title=N_("There is no such person in the company"),
    advice=N_("Check the address, or open the start page and choose again."),
)
FORBIDDEN = Trouble(
    status=403,
    title=N_("The request did not come from this page"),
    advice=N_("Reload the page and try again. Nothing was changed."),
)
NOT_YOURS = Trouble(
    status=403,
    title=N_("This page is for managers and administrators"),
    advice=N_("Ask one of them if you need something from it."),
)
NOT_FOUND = Trouble(
    status=404,
    title=N_("There is no such page"),
    advice=N_("Check the address, or go back to the chat."),
)
UNKNOWN_CASE = Trouble(
    status=404,
    title=N_("There is no such case"),
    advice=N_("Check the number, or find the case with %(status)s."),
)
PROCESS_UNREADABLE = Trouble(
    status=503,
    title=N_("The process of this case cannot be read just now"),
    advice=N_("Nothing is lost. Tell the administrator: the log names it."),
)
UNKNOWN_FILE = Trouble(
    status=404,
    title=N_("There is no such file"),
    advice=N_("Open it from its case once more."),
)
UNREADABLE = Trouble(
    status=400,
    title=N_("The request could not be read"),
    advice=N_("Reload the page and try again. Nothing was changed."),
)
TOO_LARGE = Trouble(
    status=413,
    title=N_("This is more than can be sent at once"),
    advice=N_("Shorten the text or split it. Nothing was changed; what you have typed is still here."),
)
FILE_TOO_LARGE = Trouble(
    status=413,
    title=N_("The file is larger than 10 MB"),
    advice=N_("Choose a smaller file, or put it in the shared folder and enter the link. Everything else is kept."),
)
EMPTY_FILE = Trouble(
    status=422,
    title=N_("The file is empty"),
    advice=N_("Choose another file. Everything else is kept."),
)
NO_OUTCOME = Trouble(
    status=422,
    title=N_("Choose a decision"),
    advice=N_("It says where the case goes next. What you have typed is kept."),
)
LINK_USED_UP = Trouble(
    status=410,
    title=N_("This link no longer works"),
    advice=N_("It works once and for a limited time. Ask your head or the administrator for a new one."),
)
DATABASE_AWAY = Trouble(
    status=503,
    title=N_("The database cannot be reached just now"),
    advice=N_("Nothing was changed. Wait a minute and try again; what you have typed stays here."),
)
BROKEN = Trouble(
    status=500,
    title=N_("Something went wrong on our side"),
    advice=N_("The administrator sees it in the log. Try again; what you have typed stays here."),
)
