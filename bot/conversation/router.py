"""Tables of the functions that reply: by intent, by button and by question."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.actions import Action, Unreadable, Verb, decode
from bot.conversation import client_letters
from bot.conversation.cases import base_record, case_pages
from bot.conversation.cases.status import PAGE_SIGN, status_message
from bot.conversation.commands import bind_and_invite, dispatcher, new_case, own_account, people, task_lists, team
from bot.conversation.commands.help import show_help
from bot.conversation.commands.language import choose_language
from bot.conversation.commands.vocabulary import Word
from bot.conversation.forms import form_dialog, open_forms, pasted_rows, previews
from bot.conversation.forms.form_key import TaskForm, form_of
from bot.conversation.incoming import (
    Answered,
    Attached,
    Commented,
    Followed,
    FormFinished,
    FormPreviewed,
    FormRead,
    FormSaved,
    FormSent,
    Intent,
    Invited,
    ListRead,
    Press,
    PreviewRead,
    QueueRead,
    Reading,
    RowsRead,
    Said,
    TasksRead,
)
from bot.conversation.list_places import OF_A_CASE
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.tasks import claims, incomplete, one_press, task_actions
from bot.conversation.turn import Turn, correction
from workflows.domain.commands import AddComment
from workflows.domain.ids import CaseId, case_of
from workflows.ports.chat import Origin


async def route(turn: Turn, intent: Intent | Reading) -> Reply:
    """Reply to what a person did or reads; raises Unreadable, a Refusal, AlreadyReceived or StorageUnavailable."""
    if isinstance(intent, Press | Followed):
        action = decode(intent.action)
        return await _PRESSES[action.verb](turn, action)
    return await _INTENTS[type(intent)](turn, intent)


def action_of(intent: Intent | Reading) -> Action | None:
    """Return the action of a press or an answer, None for other intents; raises Unreadable."""
    return decode(intent.action) if isinstance(intent, Press | Followed | Answered) else None


def case_of_form(key: str) -> CaseId | None:
    """Return the case that a form belongs to; None for a new one. Raises Unreadable."""
    form = form_of(key)
    return case_of(form.task_id) if isinstance(form, TaskForm) else None


def case_meant(intent: Intent | Reading, action: Action | None) -> CaseId | None:
    """Return the case that an intent is about, if any; raises Unreadable."""
    if action is not None:
        return case_of(action.task_id) if action.is_about_a_task else action.case_id if action.is_about_a_case else None
    if isinstance(intent, FormRead | PreviewRead | RowsRead | FormSaved | FormPreviewed | FormSent | FormFinished):
        return case_of_form(intent.form)
    return intent.case_id if isinstance(intent, Commented) else None


async def _on_answer(turn: Turn, answered: Answered) -> Reply:
    action = decode(answered.action)
    if action.verb not in _ANSWERS:
        raise Unreadable("nothing was asked")
    return await _ANSWERS[action.verb](turn, action, answered)


async def _on_line(turn: Turn, said: Said) -> Reply:
    return await dispatcher.run_line(turn, said.text)


async def _on_invitation(turn: Turn, _invited: Invited) -> Reply:
    """Return the help: the account is linked already."""
    return await show_help(turn, "")


async def _on_comment(turn: Turn, commented: Commented) -> Reply:
    text = commented.text
    if commented.is_correction:
        text = correction(text, turn.language)
    command = AddComment(case_id=commented.case_id, text=text, files=commented.files)
    await turn.do(command, origin=Origin(chat=turn.asker.chat, message=turn.message_id))
    return Reply(case_id=commented.case_id)


async def _on_file(turn: Turn, _attached: Attached) -> Reply:
    toast = turn.words.gettext("No question waits for a file now. To add it to a case, answer its card with the file.")
    return Reply(toast=toast, kind=ReplyKind.REFUSED)


async def _on_form_read(turn: Turn, read: FormRead) -> Reply:
    return await open_forms.read(turn, read.form)


async def _on_tasks_read(turn: Turn, _read: TasksRead) -> Reply:
    return await task_lists.my_tasks(turn, "")


async def _on_queue_read(turn: Turn, _read: QueueRead) -> Reply:
    return await task_lists.queue(turn, "")


async def _on_list_read(turn: Turn, read: ListRead) -> Reply:
    if read.command == OF_A_CASE:
        return Reply(message=await status_message(turn, await turn.case(CaseId(read.page))), case_id=CaseId(read.page))
    sign = PAGE_SIGN if read.command == Word.STATUS else ""
    return await dispatcher.FUNCTIONS[read.command](turn, f"{sign}{read.page}")


_INTENTS: Mapping[type[Any], Callable[[Turn, Any], Awaitable[Reply]]] = {
    Said: _on_line,
    Invited: _on_invitation,
    Answered: _on_answer,
    FormSaved: form_dialog.save,
    FormPreviewed: form_dialog.preview,
    FormSent: form_dialog.send,
    FormFinished: form_dialog.finish,
    PreviewRead: previews.foresee,
    RowsRead: pasted_rows.rows_of,
    Commented: _on_comment,
    Attached: _on_file,
    FormRead: _on_form_read,
    TasksRead: _on_tasks_read,
    QueueRead: _on_queue_read,
    ListRead: _on_list_read,
}

_PRESSES: Mapping[Verb, Callable[[Turn, Action], Awaitable[Reply]]] = {
    Verb.CLAIM: claims.claim,
    Verb.WORK: task_actions.work,
    Verb.RELEASE: task_actions.release,
    Verb.REASSIGN: task_actions.choose_assignee,
    Verb.REASSIGN_TO: task_actions.reassign,
    Verb.PERSON: people.show,
    Verb.EDIT_PERSON: people.ask,
    Verb.SET_PERSON: people.choose,
    Verb.JOIN: people.choose_department,
    Verb.TEAM: team.tasks_of,
    Verb.REDISTRIBUTE: team.choose_distribution,
    Verb.REDISTRIBUTE_NOW: team.redistribute,
    Verb.RETURN: task_actions.choose_return,
    Verb.RETURN_TO: task_actions.ask_why_returned,
    Verb.TICK: task_actions.tick,
    Verb.COMPLETE: one_press.complete,
    Verb.HOLD: incomplete.hold,
    Verb.LAUNCH: incomplete.launch,
    Verb.ASK: incomplete.choose_field,
    Verb.ASK_FIELD: incomplete.choose_whom,
    Verb.ASK_PERSON: incomplete.ask,
    Verb.ASK_DEPARTMENT: incomplete.ask,
    Verb.ANSWER: incomplete.answer,
    Verb.LETTER: client_letters.show,
    Verb.SENT: client_letters.mark,
    Verb.UNSENT: client_letters.mark,
    Verb.CASE: task_actions.show_case,
    Verb.RECORD: case_pages.show,
    Verb.SWITCH: task_actions.switch_stage,
    Verb.CANCEL: task_actions.ask_why_cancelled,
    Verb.BASE: base_record.show,
    Verb.CORRECT: base_record.choose,
    Verb.NEW: new_case.by_button,
    Verb.LANGUAGE: choose_language,
    Verb.COMMAND: dispatcher.by_button,
    Verb.BIND: bind_and_invite.bind_chosen,
    Verb.UNBIND: bind_and_invite.unbind_chosen,
    Verb.INVITE: bind_and_invite.invite_chosen,
    Verb.UNLINK: own_account.unlink,
    Verb.SIGN_OUT: own_account.sign_out,
}

_ANSWERS: Mapping[Verb, Callable[[Turn, Action, Answered], Awaitable[Reply]]] = {
    Verb.CLAIM: claims.claim,
    Verb.COMPLETE: one_press.complete,
    Verb.RETURN_TO: task_actions.return_for_rework,
    Verb.CANCEL: task_actions.cancel,
    Verb.ANSWER: incomplete.take_answer,
    Verb.CORRECT: base_record.correct,
    Verb.EDIT_PERSON: people.change,
    Verb.JOIN: people.join,
}
