"""The screens of a form as a whole: the summary, the choice of what to change, the preview."""

from dataclasses import replace
from functools import partial

from bot.conversation.interview.screens.controls import NO_TICK, TICK, page_of
from bot.conversation.interview.screens.field_words import row_lines, value_words
from bot.conversation.interview.screens.question_screens import cell, decision, question, table
from bot.conversation.interview.screens.screen import Screens
from bot.conversation.interview.steps.moves import Move, move_button
from bot.conversation.interview.steps.navigation import left_out
from bot.conversation.interview.steps.progress import Progress, Screen
from bot.conversation.reply import FormView, PreviewView
from workflows.ports.chat import Button, ButtonStyle, Message


def current(
    screens: Screens,
    form: FormView,
    progress: Progress,
    problem: str | None = None,
    outlook: PreviewView | None = None,
) -> Message:
    """Return the current screen of a form; for the preview, which has to be made anew, the summary before it."""
    match progress.screen:
        case Screen.DECISION:
            return decision(screens, form, progress)
        case Screen.QUESTION:
            return _with_offers(question(screens, form, progress, problem), form)
        case Screen.CELL:
            return cell(screens, form, progress, problem)
        case Screen.TABLE:
            return table(screens, form, progress, problem)
        case Screen.CHANGE:
            return change(screens, form, progress)
    return _with_offers(summary(screens, form, progress, problem, outlook), form)


def _with_offers(message: Message, form: FormView) -> Message:
    """Return a screen with what may be done about a form that lacks answers."""
    return replace(message, buttons=(*message.buttons, *((button,) for button in form.offers)))


def summary(
    screens: Screens,
    form: FormView,
    progress: Progress,
    problem: str | None = None,
    outlook: PreviewView | None = None,
) -> Message:
    """Return the screen of all answers, the check list and the decisions.

    Once nothing is missing for the decision, it shows the *outlook*, what will be sent, and one press sends it.
    """
    words, button = screens.words, partial(move_button, progress.step)
    items = [
        button(f"{TICK}{item.label}", Move.UNITEM, at) if item.done else button(f"{NO_TICK}{item.label}", Move.ITEM, at)
        for at, item in enumerate(form.checklist)
    ]
    more = [
        button(words.gettext("Answer too: %(label)s", label=form.fields[at].label), Move.FIELD, at)
        for at in left_out(form)
    ]
    everything = (button(words.gettext("All of it is done"), Move.ITEMS),)
    is_long = sum(not item.done for item in form.checklist) > 1
    decisions = [
        (button(outcome.title, Move.GO, at, style=ButtonStyle.PRIMARY),)
        for at, outcome in enumerate(form.outcomes)
        if form.chosen in (None, outcome.id) and (outlook is None or outcome.id != outlook.outcome)
    ]
    if outlook is not None:
        decisions.insert(0, (_send_button(screens, outlook, progress),))
    if len(form.outcomes) > 1:
        decisions.append((button(words.gettext("Another decision"), Move.DECISIONS),))
    later = button(words.gettext("Later"), Move.CANCEL)
    last = (button(words.gettext("Change"), Move.CHANGE), later) if form.fields else (later,)
    answers = [
        (
            field.label,
            row_lines(field, screens.language),
            value_words(field, field.value, screens.language) or "—",
            field.is_old,
        )
        for field in form.fields
    ]
    return screens.message(
        "summary",
        [
            *page_of(items, progress, 1),
            *((everything,) if is_long else ()),
            *decisions,
            *page_of(more, progress, 1),
            last,
        ],
        title=f"{form.title} · {form.subtitle}",
        answers=answers,
        known=form.known,
        checklist=form.checklist,
        problem=problem or form.problem or "",
        outcome="" if outlook is None else outlook.outcome_title,
        next_stages=() if outlook is None else outlook.next_stages,
        letters=outlook.letters if outlook is not None and _is_shown(form, outlook) else (),
        computed=() if outlook is None else outlook.computed,
        doubts=() if outlook is None else outlook.doubts,
        is_ready=outlook is not None,
    )


def _is_shown(form: FormView, outlook: PreviewView) -> bool:
    return any(outcome.id == outlook.outcome and outcome.is_previewed for outcome in form.outcomes)


def _send_button(screens: Screens, view: PreviewView, progress: Progress) -> Button:
    """Return the button that sends, or that merely completes the stage where nothing is sent."""
    label = screens.words.gettext("Send") if view.letters else screens.words.gettext("Complete")
    return move_button(progress.step, label, Move.SEND, style=ButtonStyle.PRIMARY)


def change(screens: Screens, form: FormView, progress: Progress) -> Message:
    """Return the screen that asks which answer to change."""
    words, button = screens.words, partial(move_button, progress.step)
    buttons = [button(field.label, Move.FIELD, at) for at, field in enumerate(form.fields)]
    back = button(words.gettext("Back"), Move.SUMMARY)
    text = words.gettext("Which answer do you want to change?")
    return screens.sentence(text, (*page_of(buttons, progress, 2), (back,)))


def preview(screens: Screens, view: PreviewView, progress: Progress) -> Message:
    """Return the screen of what will be sent."""
    words, button = screens.words, partial(move_button, progress.step)
    rows = (
        (_send_button(screens, view, progress),),
        (button(words.gettext("Back"), Move.SUMMARY),),
    )
    return screens.message(
        "preview",
        rows,
        title=view.title,
        outcome=view.outcome_title,
        letters=view.letters,
        next_stages=view.next_stages,
    )


def with_anew(screens: Screens, message: Message, progress: Progress) -> Message:
    """Return the message with a button that drops the draft and begins anew."""
    button = move_button(progress.step, screens.words.gettext("Begin anew"), Move.ANEW)
    return replace(message, buttons=(*message.buttons, (button,)))
