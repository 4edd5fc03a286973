"""Links into the private chat with the bot."""

from dataclasses import dataclass, replace

from bot.conversation.forms.form_key import NewCaseForm, form_of
from bot.conversation.reply import FormView, Reply
from bot.conversation.turn import plain
from bot.rendering.language.i18n import words_in
from bot.telegram.api import deep_links
from bot.telegram.api.identity import Identity
from bot.telegram.api.markup import link_to
from workflows.domain.text import Language
from workflows.ports.chat import Button, Dialect, Message


@dataclass(frozen=True, slots=True)
class Links:
    """Links of one bot."""

    identity: Identity

    @property
    def chat(self) -> str:
        """Return the link that shows the private chat and carries nothing into it."""
        return f"https://t.me/{self.identity.username}"

    @property
    def start(self) -> str:
        """Return the link that presses Start."""
        return link_to(self.identity.username, deep_links.HELLO)

    @property
    def my_tasks(self) -> str:
        """Return the link to the reader's tasks."""
        return link_to(self.identity.username, deep_links.MY)

    def to_reply(self, reply: Reply) -> str:
        """Return the link to the form or else the case of a reply; to the start of the chat when it is about none."""
        if isinstance(reply.dialog, FormView):
            return self.to_form(reply.dialog)
        if reply.case_id is None:
            return self.start
        return link_to(self.identity.username, deep_links.to_case(reply.case_id))

    def to_form(self, view: FormView) -> str:
        """Return the link to a form."""
        form = form_of(view.form)
        if isinstance(form, NewCaseForm):
            return link_to(self.identity.username, deep_links.to_new_case(form.process))
        return link_to(self.identity.username, deep_links.to_task(form.task_id))


def see_private_chat(language: Language, link: str) -> Message:
    """Return the message that stands in a group for what is to be read in the private chat alone."""
    words = words_in(language)
    sentence = words.gettext("The answer is for you alone: open our private chat and press Start.")
    return with_button(sentence, words.gettext("Open the private chat"), link)


def open_form(language: Language, link: str) -> Message:
    """Return the message that leads from a group to a form."""
    words = words_in(language)
    return with_button(words.gettext("Forms are filled in our private chat."), words.gettext("Open the form"), link)


def with_button(sentence: str, label: str, link: str) -> Message:
    """Return a plain sentence with one link below it."""
    return replace(plain(sentence, Dialect.INLINE_HTML), buttons=((Button(label=label, url=link),),))
