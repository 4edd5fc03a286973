"""Conditions that choose: the answers decide where the case goes, and a closed decision says what is open instead."""

import pytest

from bot.conversation.incoming import FormFinished, FormPreviewed
from bot.conversation.reply import FormView
from tests.conversation.desk import Desk, filled_in, form_in, preview_in
from tests.onboarding import ANNA
from workflows.definitions.load import parse_process
from workflows.domain.ids import CaseId, OutcomeId

WORDS = "{ru: а, en: b}"
PURCHASE = f"""\
process: purchase
title: {WORDS}
number: PUR
start: ask
stages:
  ask:
    title: {WORDS}
    department: sales
    form:
      amount: {{type: number, label: {{ru: Сумма, en: Amount}}, required: true}}
    outcomes:
      ask_the_director: {{title: {{ru: Директору, en: To the director}}, to: [approve], when: amount > 100000}}
      go_on: {{title: {{ru: Сразу в работу, en: Straight to work}}, to: [make], when: amount <= 100000}}
      OTHER
  approve:
    title: {{ru: Согласование, en: Approval}}
    department: sales
    outcomes: {{yes: {{title: {WORDS}, to: [make]}}}}
  make:
    title: {{ru: Работа, en: Work}}
    department: sales
    outcomes: {{made: {{title: {WORDS}, to: [done]}}}}
ends:
  done: {{title: {WORDS}, closes: case}}
"""


def purchasing(other: str = "") -> Desk:
    """A company whose purchases go by their amount; *other* is one more outcome."""
    return Desk(processes=[parse_process(PURCHASE.replace("OTHER", other), "purchase.yaml")])


def finished(form: FormView, outcome: str, amount: str) -> FormFinished:
    values = filled_in(form, {"amount": amount})
    return FormFinished(filled=FormPreviewed(form=form.form, outcome=OutcomeId(outcome), values=values))


@pytest.mark.parametrize(("amount", "stage"), [("150000", "approve"), ("100000", "make"), ("99999.99", "make")])
async def test_where_the_answers_decide_nobody_is_asked_for_a_decision(amount: str, stage: str) -> None:
    desk = purchasing()
    form = form_in(await desk.says(ANNA, "/new"))

    (only,) = form.outcomes
    sent = await desk.comes(ANNA, finished(form, only.id, amount))

    assert only.title == "The answers decide"
    assert sent.closes_dialog
    assert [task.stage for task in desk.case(CaseId(1)).open_tasks()] == [stage]


async def test_a_closed_decision_says_why_and_the_only_open_one_is_sent_once_it_was_seen() -> None:
    desk = purchasing("drop: {title: {ru: Не нужно, en: Not needed}, to: [done], when: amount == 0}")
    form = form_in(await desk.says(ANNA, "/new"))
    assert len(form.outcomes) == 1

    desk = purchasing("hold: {title: {ru: Отложить, en: Put off}, to: [done], when: visit > 1}")
    form = form_in(await desk.says(ANNA, "/new"))
    assert [outcome.id for outcome in form.outcomes] == ["ask_the_director", "go_on"]

    shown = await desk.comes(ANNA, finished(form, "go_on", "150000"))
    preview = preview_in(shown)
    sent = await desk.confirms(ANNA, preview)

    assert preview.outcome == "ask_the_director"
    assert preview.doubts == (
        "This outcome cannot be chosen now: “Amount” is 150,000, at most 100,000 is needed. "
        "Possible now: To the director. What you typed is kept.",
    )
    assert sent.closes_dialog
    assert [task.stage for task in desk.case(CaseId(1)).open_tasks()] == ["approve"]
