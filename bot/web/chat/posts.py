"""What a browser sends: presses, typed lines, answers and forms, handed to the conversation."""

import json
import re
from dataclasses import asdict, replace

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.actions import Action, Verb
from bot.conversation.incoming import Answered, Asker, Commented, FormFinished, FormSent, Intent, Said
from bot.conversation.list_places import note_list
from bot.conversation.reply import CaseView, FormView, PreviewView, Reply, ReplyKind
from bot.rendering.cards.buttons import in_rows, of_use
from bot.request_body import read_body
from bot.web.addresses import ADDRESSES, WEB
from bot.web.chat.receive import (
    Pairs,
    read_answer,
    read_draft,
    read_form_to_finish,
    read_form_to_foresee,
    read_form_to_preview,
    read_form_to_send,
    read_line,
    read_pairs,
    read_pasted,
    read_press,
    to_incoming,
    update_of,
)
from bot.web.site import PRIVATE, Site, Viewer
from workflows.ports.chat import Button, ButtonStyle, ChatAddress, Dialect, Message, MessageId, Subject


class Post:
    """A form that one of our pages posted; raises UnreadableRequest for anything else."""

    def __init__(self, *, viewer: Viewer, pairs: Pairs, chat: ChatAddress) -> None:
        self.viewer = viewer
        self.pairs = pairs
        self.chat = chat
        self.parts = dict(pairs)
        self.update = update_of(self.parts)

    @property
    def is_private_talk(self) -> bool:
        """Whether the line and its reply are posted in the private chat, so that they can be read there later."""
        return self.chat == ADDRESSES.private(self.viewer.id) and "aside" not in self.parts


def routes(site: Site) -> APIRouter:
    """Return the routes that change something."""
    posts, router = Posts(site), APIRouter()
    router.add_api_route("/as/{person}/press", posts.press, methods=["POST"])
    router.add_api_route("/as/{person}/say", posts.say, methods=["POST"])
    router.add_api_route("/as/{person}/answer", posts.answer_question, methods=["POST"])
    router.add_api_route("/as/{person}/form/save", posts.save_form, methods=["POST"])
    router.add_api_route("/as/{person}/form/preview", posts.preview_form, methods=["POST"])
    router.add_api_route("/as/{person}/form/foresee", posts.foresee_form, methods=["POST"])
    router.add_api_route("/as/{person}/form/rows", posts.read_rows, methods=["POST"])
    router.add_api_route("/as/{person}/form/finish", posts.finish_form, methods=["POST"])
    router.add_api_route("/as/{person}/form/send", posts.send_form, methods=["POST"])
    return router


class Posts:
    """What people change."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._services = site.services

    async def press(self, request: Request, person: str) -> Response:
        """Handle a pressed button; for a tick in an open form only the new check list is returned."""
        post = await _read(self._site, request, person)
        return await _respond(self._site, post, read_press(post.parts))

    async def say(self, request: Request, person: str) -> Response:
        """Handle a line typed into a chat, or into the conversation of a case."""
        post = await _read(self._site, request, person)
        intent = read_line(post.parts, post.pairs)
        if not intent.text and not (isinstance(intent, Commented) and intent.files):
            return Response(status_code=204)
        if isinstance(intent, Said) and post.is_private_talk:
            await self._services.chat.post_words(
                post.chat,
                intent.text,
                author=post.viewer.id,
                language=post.viewer.language,
                key=f"{WEB}:{person}:{post.update}:said",
            )
        return await _respond(self._site, post, intent)

    async def answer_question(self, request: Request, person: str) -> Response:
        """Handle the answer to a question."""
        post = await _read(self._site, request, person)
        return await _respond(self._site, post, read_answer(post.parts))

    async def save_form(self, request: Request, person: str) -> Response:
        """Save a form as typed so far; return as JSON whether it was saved, in words."""
        post = await _read(self._site, request, person)
        reply = await _handle(self._site, post, read_draft(post.parts, post.pairs))
        saved = post.viewer.words.gettext("Draft saved")
        told: dict[str, object] = {"text": reply.toast or "" if reply.is_refusal else saved}
        if isinstance(reply.dialog, FormView):
            told["problems"] = {field.name: field.problem for field in reply.dialog.fields if field.is_unsaved}
        if reply.asking is not None:
            told["asking"] = {name: sorted(names) for name, names in asdict(reply.asking).items()}
        return JSONResponse(told, status_code=409 if reply.is_refusal else 200)

    async def preview_form(self, request: Request, person: str) -> Response:
        """Return what would be sent, or the form again with its problems."""
        post = await _read(self._site, request, person)
        return await _respond(self._site, post, read_form_to_preview(post.parts, post.pairs))

    async def foresee_form(self, request: Request, person: str) -> Response:
        """Return what a form would send as it stands in its window, else what it lacks; keep nothing."""
        post = await _read(self._site, request, person)
        viewer = post.viewer
        read = read_form_to_foresee(post.parts, post.pairs)
        reply = await self._services.conversation.foresee(_asker(post), read)
        shown = reply.dialog if isinstance(reply.dialog, PreviewView) else None
        content = self._site.templates.render("_preview.html", viewer.words, view=shown, missing=reply.toast or "")
        return HTMLResponse(content)

    async def read_rows(self, request: Request, person: str) -> Response:
        """Return the rows of a pasted table as JSON, each cell by the name of its column; keep nothing."""
        post = await _read(self._site, request, person)
        reply = await self._services.conversation.pasted(_asker(post), read_pasted(post.parts))
        if not isinstance(reply.dialog, FormView):
            return JSONResponse({"text": reply.toast or ""}, status_code=409)
        return JSONResponse({"rows": reply.dialog.fields[0].value})

    async def finish_form(self, request: Request, person: str) -> Response:
        """Send a form in one step; return what would be sent where that has to be seen before."""
        post = await _read(self._site, request, person)
        return await _respond(self._site, post, read_form_to_finish(post.parts, post.pairs))

    async def send_form(self, request: Request, person: str) -> Response:
        """Send a form."""
        post = await _read(self._site, request, person)
        return await _respond(self._site, post, read_form_to_send(post.parts, post.pairs))


async def _read(site: Site, request: Request, person: str) -> Post:
    viewer = await site.poster(request, person)
    pairs = read_pairs(await read_body(request))
    return Post(viewer=viewer, pairs=pairs, chat=site.address_of(viewer, dict(pairs).get("chat", PRIVATE)))


def _asker(post: Post) -> Asker:
    return Asker(person=post.viewer.id, language=post.viewer.language, chat=post.chat, dialect=Dialect.HTML)


async def _handle(site: Site, post: Post, intent: Intent) -> Reply:
    incoming = to_incoming(
        intent, update=post.update, person=post.viewer.id, language=post.viewer.language, chat=post.chat
    )
    reply = await site.services.conversation.handle(incoming)
    if reply.is_repeated and isinstance(intent, FormSent | FormFinished | Answered):
        # The first request was handled, and its response was lost.
        repeated = post.viewer.words.gettext("This was received already; it has taken effect once.")
        return Reply(toast=repeated, kind=ReplyKind.DONE)
    return reply


async def _respond(site: Site, post: Post, intent: Intent) -> Response:
    """Return the reply as HTML; in the private chat its message is posted, in a channel only the presser sees it."""
    viewer, reply = post.viewer, _with_case_button(post.viewer, await _handle(site, post, intent))
    language = await site.language_of(viewer.id)
    if language is not viewer.language:
        # Every word of the page changes, so the page is reloaded.
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    if post.parts.get("part") == "checklist" and isinstance(reply.dialog, FormView):
        # The answers typed meanwhile stay as they are in the open form.
        checklist = site.templates.render("_checklist.html", viewer.words, view=reply.dialog, person=viewer.id)
        return HTMLResponse(checklist, headers=_triggers(reply))
    if post.parts.get("part") == "case":
        # The panel shows by itself what has become of the case.
        reply = replace(reply, message=None)
    content = site.templates.reply(reply, viewer.words, person=viewer.id, chat_slug=_slug(post))
    if reply.message is not None and isinstance(intent, Commented):
        content += site.templates.render(
            "_toast.html", viewer.words, text=Markup(reply.message.text), is_refusal=reply.is_refusal
        )
    elif reply.message is not None and post.is_private_talk:
        subject = Subject(case_id=reply.case_id)
        key = f"{WEB}:{viewer.id}:{post.update}:reply"
        posted = await site.services.chat.post(post.chat, {viewer.language: reply.message}, key=key, subject=subject)
        await note_list(site.services.lists, post.chat, posted, reply.message)
    elif reply.message is not None:
        content += site.templates.render(
            "_aside.html",
            viewer.words,
            at=f"a-{post.update}",
            text=reply.message.text,
            rows=of_use(reply.message.buttons, viewer.id),
            # What was refused is still in the box.
            asked="" if reply.is_refusal else post.parts.get("text", ""),
            person=viewer.id,
            chat_slug=_slug(post),
        )
    if reply.refreshed is not None and not isinstance(reply.dialog, CaseView):
        content += await _refreshed(site, post, reply.refreshed)
    return HTMLResponse(content, headers=_triggers(reply))


async def _refreshed(site: Site, post: Post, message: Message) -> str:
    """Show a list anew where it was pressed: in the private chat, or as the fragment for what only the presser sees.

    Of the private chat only a message of the assistant that has the button is changed.
    """
    viewer, at = post.viewer, post.parts.get("at", "")
    if _ASIDE.fullmatch(at):
        rows = of_use(message.buttons, viewer.id)
        return site.templates.render(
            "_answer.html", viewer.words, at=at, text=message.text, rows=rows, person=viewer.id, chat_slug=_slug(post)
        )
    private = ADDRESSES.private(viewer.id)
    if not _MESSAGE.fullmatch(at) or post.chat != private:
        return ""
    for kept in await site.services.web_messages.latest(private, 1, int(at[1:]) + 1):
        before = kept.renditions.get(viewer.language)
        actions = () if before is None else [button.action for row in before.buttons for button in row]
        if kept.id == int(at[1:]) and kept.author is None and post.parts.get("action") in actions:
            shown = MessageId(at[1:])
            await site.services.chat.edit(private, shown, {viewer.language: message}, subject=kept.subject)
            await note_list(site.services.lists, private, shown, message)
    return ""


_ASIDE = re.compile(r"a-[A-Za-z0-9-]{8,64}")
_MESSAGE = re.compile(r"m[0-9]{1,15}")


def _with_case_button(viewer: Viewer, reply: Reply) -> Reply:
    """Return the reply; a message about a case gets the button that opens the case in the panel."""
    if reply.message is None or reply.case_id is None:
        return reply
    opens = Button(
        label=viewer.words.gettext("Case"), action=Action(verb=Verb.CASE, target=str(reply.case_id)).encode()
    )
    # What ends a case stays last.
    safe = [each for row in reply.message.buttons for each in row if each.style is not ButtonStyle.DANGER]
    dangerous = [each for row in reply.message.buttons for each in row if each.style is ButtonStyle.DANGER]
    return replace(reply, message=replace(reply.message, buttons=in_rows([*safe, opens, *dangerous])))


def _slug(post: Post) -> str:
    return post.parts.get("chat", PRIVATE)


def _triggers(reply: Reply) -> dict[str, str]:
    """Return the header of events for the page's scripts: close the dialog, mark a refusal, open a case."""
    events: dict[str, object] = {}
    if reply.closes_dialog:
        events["dialogDone"] = {}
    if reply.is_refusal:
        events["refused"] = {}
    if isinstance(reply.dialog, CaseView):
        events["openCase"] = {"case": reply.dialog.case_id}
    return {"HX-Trigger": json.dumps(events)} if events else {}
