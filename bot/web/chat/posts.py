"""What a browser sends: presses, typed lines, answers and forms, handed to the conversation."""

import json
from dataclasses import replace

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.actions import Action, Verb
from bot.conversation.incoming import Answered, Commented, FormSent, Intent, Said
from bot.conversation.reply import CaseView, FormView, Reply, ReplyKind
from bot.rendering.buttons import of_use
from bot.request_body import read_body
from bot.web.addresses import ADDRESSES, WEB
from bot.web.chat.receive import (
    Pairs,
    answered,
    form_previewed,
    form_saved,
    form_sent,
    pressed,
    read_pairs,
    said,
    to_incoming,
    update_of,
)
from bot.web.site import PRIVATE, Site, Viewer
from workflows.ports.chat import Button, ChatAddress, Subject


class Post:
    """A form that one of our pages sent; making it raises Unreadable when it is none."""

    def __init__(self, *, viewer: Viewer, pairs: Pairs, chat: ChatAddress) -> None:
        self.viewer = viewer
        self.pairs = pairs
        self.chat = chat
        self.parts = dict(pairs)
        self.update = update_of(self.parts)

    @property
    def is_private_talk(self) -> bool:
        """Whether what is said belongs into the private chat, to be found there later."""
        return self.chat == ADDRESSES.private(self.viewer.id) and "aside" not in self.parts


def routes(site: Site) -> APIRouter:
    """Make the routes that change something."""
    router = APIRouter()

    @router.post("/as/{person}/press")
    async def press(request: Request, person: str) -> Response:
        """Handle a pressed button; for a tick of an open form only its check list is shown anew."""
        post = await _read(site, request, person)
        return await _answer(site, post, pressed(post.parts))

    @router.post("/as/{person}/say")
    async def say(request: Request, person: str) -> Response:
        """Handle a line typed into a chat, or into the conversation of a case."""
        post = await _read(site, request, person)
        intent = said(post.parts, post.pairs)
        if not intent.text and not (isinstance(intent, Commented) and intent.files):
            return Response(status_code=204)
        if isinstance(intent, Said) and post.is_private_talk:
            await site.services.chat.post_words(
                post.chat,
                intent.text,
                author=post.viewer.id,
                language=post.viewer.language,
                key=f"{WEB}:{person}:{post.update}:said",
            )
        return await _answer(site, post, intent)

    @router.post("/as/{person}/answer")
    async def answer_question(request: Request, person: str) -> Response:
        """Handle the answer to a question."""
        post = await _read(site, request, person)
        return await _answer(site, post, answered(post.parts))

    @router.post("/as/{person}/form/save")
    async def save_form(request: Request, person: str) -> Response:
        """Keep a form as typed so far and say whether it was kept."""
        post = await _read(site, request, person)
        reply = await _handle(site, post, form_saved(post.parts, post.pairs))
        saved = post.viewer.words.gettext("Draft saved")
        return JSONResponse(
            {"text": reply.toast or "" if reply.is_refusal else saved}, status_code=409 if reply.is_refusal else 200
        )

    @router.post("/as/{person}/form/preview")
    async def preview_form(request: Request, person: str) -> Response:
        """Show what would be sent, or the form again with its problems."""
        post = await _read(site, request, person)
        return await _answer(site, post, form_previewed(post.parts, post.pairs))

    @router.post("/as/{person}/form/send")
    async def send_form(request: Request, person: str) -> Response:
        """Send a form."""
        post = await _read(site, request, person)
        return await _answer(site, post, form_sent(post.parts, post.pairs))

    return router


async def _read(site: Site, request: Request, person: str) -> Post:
    viewer = await site.poster(request, person)
    pairs = read_pairs(await read_body(request))
    return Post(viewer=viewer, pairs=pairs, chat=site.address_of(viewer, dict(pairs).get("chat", PRIVATE)))


async def _handle(site: Site, post: Post, intent: Intent) -> Reply:
    incoming = to_incoming(
        intent, update=post.update, person=post.viewer.id, language=post.viewer.language, chat=post.chat
    )
    reply = await site.services.conversation.handle(incoming)
    if reply.is_repeated and isinstance(intent, FormSent | Answered):
        # The first sending was handled and its answer got lost on the way here.
        repeated = post.viewer.words.gettext("This was received already; it has taken effect once.")
        return Reply(toast=repeated, kind=ReplyKind.DONE)
    return reply


async def _answer(site: Site, post: Post, intent: Intent) -> Response:
    """Show the reply; what is said in the private chat is kept there, in a channel only the presser sees it."""
    viewer, reply = post.viewer, _leading_to_its_case(post.viewer, await _handle(site, post, intent))
    language = await site.language_of(viewer.id)
    if language is not viewer.language:
        # Every word of the page changes, so the page is read anew.
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    if post.parts.get("part") == "checklist" and isinstance(reply.dialog, FormView):
        # The answers typed meanwhile stay as they are in the open form.
        checklist = site.pages.render("_checklist.html", viewer.words, view=reply.dialog, person=viewer.id)
        return HTMLResponse(checklist, headers=_triggers(reply))
    content = site.pages.reply(reply, viewer.words, person=viewer.id, chat_slug=_slug(post))
    if reply.message is not None and isinstance(intent, Commented):
        content += site.pages.render(
            "_toast.html", viewer.words, text=Markup(reply.message.text), is_refusal=reply.is_refusal
        )
    elif reply.message is not None and post.is_private_talk:
        subject = Subject(case_id=reply.case_id)
        key = f"{WEB}:{viewer.id}:{post.update}:reply"
        await site.services.chat.post(post.chat, {viewer.language: reply.message}, key=key, subject=subject)
    elif reply.message is not None:
        content += site.pages.render(
            "_aside.html",
            viewer.words,
            text=reply.message.text,
            rows=of_use(reply.message.buttons, viewer.id),
            asked=post.parts.get("text", ""),
            person=viewer.id,
            chat_slug=_slug(post),
        )
    return HTMLResponse(content, headers=_triggers(reply))


def _leading_to_its_case(viewer: Viewer, reply: Reply) -> Reply:
    """Give a message about a case a button that opens the case at the side."""
    if reply.message is None or reply.case_id is None:
        return reply
    opens = Action(verb=Verb.CASE, target=str(reply.case_id)).encode()
    buttons = (*reply.message.buttons, (Button(label=viewer.words.gettext("Case"), action=opens),))
    return replace(reply, message=replace(reply.message, buttons=buttons))


def _slug(post: Post) -> str:
    return post.parts.get("chat", PRIVATE)


def _triggers(reply: Reply) -> dict[str, str]:
    """Return the headers that tell the page what to do beside showing the reply."""
    events: dict[str, object] = {}
    if reply.closes_dialog:
        events["dialogDone"] = {}
    if reply.is_refusal:
        events["refused"] = {}
    if isinstance(reply.dialog, CaseView):
        events["openCase"] = {"case": reply.dialog.case_id}
    return {"HX-Trigger": json.dumps(events)} if events else {}
