"""Sentences of the chats besides refusals: what they cannot take, cannot keep, or have failed to do."""

from enum import StrEnum

from bot.rendering.language.i18n import N_, words_in
from workflows.domain.text import Language
from workflows.usecases.keep_file import MAX_BYTES, MEGABYTE, FileEmpty, FileTooLarge


class Phrase(StrEnum):
    """Sentences of the chats other than refusals; the values are the English sentences."""

    STORAGE_UNAVAILABLE = N_("The database does not answer. Nothing was changed; please try again in a minute.")
    ALREADY_RECEIVED = N_("This was done already; nothing was done twice.")
    UNKNOWN_BUTTON = N_("This button is not known any more. Nothing was changed; use the latest card or %(my)s.")
    FILE_TOO_LARGE = N_(
        "The file %(name)s is larger than %(limit)s MB and was not kept; everything else was. Attach a smaller file."
    )
    FILE_EMPTY = N_("The file %(name)s is empty and was not kept; everything else was. Check it and send it again.")
    FILE_NOT_FETCHED = N_(
        "The file %(name)s could not be fetched from the chat and was not kept. Please send it again."
    )
    KIND_NOT_TAKEN = N_(
        "I take text, photos and documents up to 10 MB, but nothing of this kind. Nothing was changed; "
        "please say it in words, or send a photo or a document."
    )
    KIND_NOT_KEPT = N_(
        "Of what is sent here, text, photos and documents up to 10 MB are kept with the case; this was not kept, "
        "but for the words below it. Please say it in words, or send a photo or a document."
    )
    EDIT_NOT_TAKEN = N_(
        "Editing a message does not change an answer. Press Back below the question, or Change below the summary."
    )
    ANONYMOUS = N_(
        "I cannot tell who wrote this, so nothing was done. Please turn off “Remain anonymous” in your administrator "
        "rights, or write in your own name rather than a channel's, and say it again."
    )
    WORKING = N_("Working on it… the result follows.")
    NOT_LINKED = N_(
        "This account is not linked to anybody in the organisation yet. "
        "Ask your head or the administrator for an invitation link."
    )
    SOMETHING_FAILED = N_(
        "Something went wrong on our side and was logged. Nothing was changed; please try again, "
        "and tell the administrator if it happens again."
    )


def phrase(name: Phrase, language: Language, /, **values: object) -> str:
    """Return a sentence in the language, filled with the values that its English text names."""
    return words_in(language).gettext(name.value, **values)


def file_not_kept(problem: Exception, name: str, language: Language) -> str:
    """Return why a file was not kept: what `FileKeeper` raises, else that it could not be fetched."""
    match problem:
        case FileTooLarge():
            return phrase(Phrase.FILE_TOO_LARGE, language, name=name, limit=MAX_BYTES // MEGABYTE)
        case FileEmpty():
            return phrase(Phrase.FILE_EMPTY, language, name=name)
    return phrase(Phrase.FILE_NOT_FETCHED, language, name=name)
