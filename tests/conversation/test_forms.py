"""Forms: what is known is filled in, what is typed is never lost, what is previewed is what is sent."""

import pytest

from bot.actions import Verb
from bot.conversation.forms import form_view
from bot.conversation.incoming import FormPreviewed, FormSaved
from bot.conversation.reply import FieldView, FormView
from tests.conversation.desk import Desk, form_in, preview_in
from tests.domain.walk import a_field
from tests.onboarding import ANNA, BUDGET, CONTACT, GOODS, NIKOLAY, SERVICES, STEPAN, TATIANA
from workflows.domain.definition import FieldType
from workflows.domain.facts.values import read
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import FieldName, OutcomeId, case_of
from workflows.domain.text import Language


def field(form: FormView, name: str) -> FieldView:
    """Reply to a question of a form."""
    return next(f for f in form.fields if f.name == name)


async def test_the_form_knows_what_earlier_stages_entered(desk: Desk) -> None:
    case = await desk.opens_case(services=["sbp", "cards"], starts_on="1.4.2026", budget="12 500,5")
    task = desk.task(case, "intake")
    await desk.presses(STEPAN, desk.button(task, Verb.CLAIM))

    form = await desk.form_of(task, STEPAN)

    assert (form.title, form.subtitle, form.case_id) == ("Intake", "ONB-1 · Romashka · Tech support", case.id)
    assert field(form, "services").value == ["cards", "sbp"]
    assert [(o.id, o.label) for o in field(form, "services").options] == [("cards", "Cards"), ("sbp", "SBP")]
    assert dict(form.known) == {"Client": "Romashka", "Start date": "1 April 2026", "Budget": "12,500.50\u00a0RUB"}
    assert not form.has_draft


async def test_the_form_shows_the_handover_message_that_came_with_the_task(desk: Desk) -> None:
    task = await desk.opens_claimed_case()

    form = await desk.form_of(task, STEPAN)

    assert [(letter.to, letter.subject) for letter in form.letters] == [("Tech support", "begun [en]")]


async def test_the_words_of_a_form_are_those_of_its_reader(russian_desk: Desk) -> None:
    task = await russian_desk.opens_claimed_case("Ромашка")

    form = await russian_desk.form_of(task, STEPAN)

    assert form.title == "Знакомство"
    assert [item.label for item in form.checklist] == ["Клиенту позвонили", "Сайт просмотрен"]
    assert form.letters[0].subject == "begun [ru]"


async def test_a_currency_stands_beside_sums_of_money_only(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    fields = [*form.fields, *(column for field in form.fields for column in field.columns)]

    assert {field.type for field in fields if field.currency} == {FieldType.MONEY}


async def test_only_the_assignee_opens_the_form(desk: Desk) -> None:
    task = await desk.opens_claimed_case()

    other = await desk.presses(TATIANA, desk.button(task, Verb.WORK))
    head = await desk.presses(NIKOLAY, desk.button(task, Verb.WORK))

    assert other.is_refusal
    assert other.dialog is None
    assert head.is_refusal


async def test_closed_outcomes_are_hidden_and_those_that_hang_on_the_answers_are_shown(desk: Desk) -> None:
    task = await desk.opens_claimed_case()

    form = await desk.form_of(task, STEPAN)

    assert [outcome.id for outcome in form.outcomes] == ["accepted", "refused", "large"]
    assert [outcome.needs_checklist for outcome in form.outcomes] == [True, False, True]
    assert form.outcomes[0].requires == (SERVICES.name, CONTACT.name)


async def test_an_outcome_whose_condition_does_not_hold_is_refused_in_the_form(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)
    form = form_in(await desk.presses(STEPAN, form.checklist[0].action))

    again = form_in(await desk.sends(STEPAN, form, "large", services=["cards"]))
    done = await desk.sends(STEPAN, again, "large", services=["sbp"])

    assert again.problem is not None
    assert again.problem.startswith("This outcome cannot be chosen now.")
    assert done.toast == "ONB-1 is handed over. Next: Papers (Sales)."


async def test_wrong_answers_come_back_as_typed_with_a_sentence_beside_each(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    typed = {"client": "Romashka", "inn": "7707083894", "budget": "a lot", "starts_on": "31.02.2026", "services": []}

    reply = await desk.previews(ANNA, form, "begin", **typed)

    again = form_in(reply)
    assert reply.is_refusal
    assert {f.name: f.value for f in again.fields} == typed
    assert {f.name: f.problem for f in again.fields} == {
        "client": None,
        "inn": "There is a slip in this INN: its check digit does not match. Check every digit.",
        "budget": "This is not an amount. Write it in digits, for example 12500 or 12500.50.",
        "starts_on": "There is no such date. Write day, month and year, for example 31.12.2026.",
        "services": "Please fill this in.",
    }
    assert again.chosen == "begin"
    assert again.problem is not None
    assert desk.memory.rows.cases == {}


async def test_problems_are_told_in_russian(russian_desk: Desk) -> None:
    form = form_in(await russian_desk.says(ANNA, "/new"))

    again = form_in(await russian_desk.sends(ANNA, form, "begin", client="Ромашка"))

    assert field(again, "services").problem == "Заполните это поле."


async def test_what_was_wrong_is_kept_as_a_draft(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    await desk.sends(ANNA, form, "begin", client="Romashka", budget="a lot")

    later = form_in(await desk.says(ANNA, "/new"))

    assert later.has_draft
    assert field(later, "budget").value == "a lot"
    assert field(later, "client").value == "Romashka"


async def test_a_row_that_cannot_be_read_is_named(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)
    goods = [{"name": "Tea", "price": "100"}, {"name": "Cup", "price": "cheap"}]

    again = form_in(await desk.sends(STEPAN, form, "refused", goods=goods, refusal_reason="no"))

    assert field(again, "goods").problem == (
        "Row 2, “Price”: This is not an amount. Write it in digits, for example 12500 or 12500.50."
    )
    assert field(again, "goods").value == [{"name": "Tea", "price": "100.00"}, goods[1]]
    assert [column.label for column in field(again, "goods").columns] == ["Name", "Price"]


async def test_a_saved_draft_is_offered_after_a_restart(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)
    reply = await desk.saves(STEPAN, form, contact="half a na", services=[])
    desk.conversation = desk.new_conversation()

    later = await desk.form_of(task, STEPAN)

    assert reply.toast == "The draft is kept."
    assert later.has_draft
    assert field(later, "contact").value == "half a na"
    assert field(later, "services").value == []


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("starts_on", "01.04.2026", "2026-04-01"),
        ("starts_on", "1 апреля 2026", "2026-04-01"),
        ("starts_on", "завтра", "2026-03-03"),
        ("starts_on", "4 марта", "2026-03-04"),
        ("starts_on", "soon", "soon"),
        ("budget", "12 500 руб.", "12500.00"),
        ("budget", "12.500", "12.500"),
        ("inn", "7707 083 893", "7707083893"),
        ("services", "sbp", ["sbp"]),
        ("services", [], []),
        ("client", " Ромашка", " Ромашка"),
        ("inn", "", ""),
    ],
)
async def test_an_answer_that_can_be_read_is_kept_in_its_canonical_form(
    desk: Desk, name: str, typed: object, kept: object
) -> None:
    form = form_in(await desk.says(ANNA, "/new"))

    await desk.saves(ANNA, form, **{name: typed})

    (draft,) = desk.memory.rows.drafts.values()
    assert draft.answers[FieldName(name)] == kept
    assert field(form_in(await desk.says(ANNA, "/new")), name).value == kept


async def test_what_was_typed_for_a_day_told_from_today_is_sent_as_that_day(desk: Desk) -> None:
    case = await desk.opens_case(starts_on="завтра")

    assert case.values[FieldName("starts_on")] == "2026-03-03"


async def test_an_answer_kept_before_as_it_was_typed_is_shown_in_its_canonical_form(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    await desk.saves(ANNA, form, inn="7707083893")
    (key,) = desk.memory.rows.drafts
    desk.memory.rows.drafts[key] = Draft(answers={FieldName("starts_on"): "01.04.2026"}, revision=1)

    assert field(form_in(await desk.says(ANNA, "/new")), "starts_on").value == "2026-04-01"


async def test_a_draft_of_a_task_that_was_taken_away_is_not_overwritten(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)
    await desk.saves(STEPAN, form, contact="mine")
    await desk.presses(STEPAN, desk.button(task, Verb.RELEASE))
    await desk.presses(TATIANA, desk.button(task, Verb.CLAIM))

    reply = await desk.saves(STEPAN, form, contact="late")

    assert reply.is_refusal
    assert field(await desk.form_of(task, TATIANA), "contact").value == "mine"


async def test_the_draft_is_gone_once_the_form_is_sent(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    await desk.saves(ANNA, form, client="Romashka")

    await desk.sends(ANNA, form, "begin", client="Romashka", services=["cards"])

    assert not form_in(await desk.says(ANNA, "/new")).has_draft
    assert desk.memory.rows.drafts == {}


async def test_a_new_case_whose_draft_goes_on_can_be_begun_anew(desk: Desk) -> None:
    fresh = form_in(await desk.says(ANNA, "/new"))
    await desk.comes(ANNA, FormSaved(form=fresh.form, values={FieldName("client"): "Romashka"}))
    later = form_in(await desk.says(ANNA, "/new"))
    assert later.anew is not None

    anew = form_in(await desk.presses(ANNA, later.anew))

    assert (anew.has_draft, anew.anew, fresh.anew) == (False, None, None)
    assert [field.value for field in anew.fields if field.value] == []
    assert desk.memory.rows.drafts == {}


async def test_the_draft_of_a_new_case_is_its_writers_alone(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    await desk.saves(ANNA, form, client="Romashka")

    other = form_in(await desk.says(TATIANA, "/new"))

    assert not other.has_draft


async def test_what_is_previewed_is_what_is_sent(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)
    form = form_in(await desk.presses(STEPAN, form.checklist[0].action))

    preview = preview_in(await desk.previews(STEPAN, form, "accepted", contact="  Ivan  "))
    kept_before = len(desk.memory.rows.letters[case_of(task.id)])
    reply = await desk.confirms(STEPAN, preview)

    assert preview.outcome_title == "Accept"
    assert preview.next_stages == ("Build (Development)", "Papers (Sales)")
    assert [letter.to for letter in preview.letters] == ["Development", "Sales"]
    assert kept_before == 1
    sent = desk.memory.rows.letters[case_of(task.id)][1:]
    assert [(letter.texts[Language.EN].subject, letter.texts[Language.EN].body) for letter in sent] == [
        (letter.subject, letter.body) for letter in preview.letters
    ]
    assert reply.toast == "ONB-1 is handed over. Next: Build (Development), Papers (Sales)."
    assert reply.closes_dialog


async def test_a_preview_changes_nothing_but_keeps_the_draft(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))

    preview = preview_in(await desk.previews(ANNA, form, "begin", client="Romashka", services=["cards"]))

    assert preview.form == "new:onboarding"
    assert desk.memory.rows.cases == {}
    assert desk.memory.rows.records.records == {}
    assert form_in(await desk.says(ANNA, "/new")).has_draft


async def test_a_letter_to_the_client_is_previewed_too(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)

    preview = preview_in(await desk.previews(STEPAN, form, "refused", refusal_reason="Too risky"))

    assert [(letter.to, letter.subject) for letter in preview.letters] == [("To the client", "refusal [en]")]
    assert preview.next_stages == ("the end of the case: Refused",)


async def test_a_check_list_that_is_not_done_is_told_in_the_form(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)

    again = form_in(await desk.previews(STEPAN, form, "accepted", contact="Ivan"))

    assert again.problem is not None
    assert "The client was called" in again.problem
    assert "The site was seen" not in again.problem
    assert field(again, "contact").value == "Ivan"


async def test_a_letter_that_cannot_be_filled_is_told_in_the_form_and_nothing_is_sent(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    desk.letters.missing = "expected_start"

    again = form_in(await desk.sends(ANNA, form, "begin", client="Romashka", services=["cards"]))

    assert again.problem is not None
    assert "expected_start" in again.problem
    assert field(again, "client").value == "Romashka"
    assert desk.memory.rows.cases == {}


async def test_opening_a_case_tells_its_number_and_where_it_went(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))

    reply = await desk.sends(ANNA, form, "begin", client="Romashka", services=["cards"])

    assert reply.toast == "ONB-1 is opened. Next: Intake (Tech support)."
    assert reply.closes_dialog
    assert [decision.case.number for decision in desk.woken if decision is not None][-1] == "ONB-1"


async def test_what_a_form_is_filled_with_reads_back_as_the_same_fact(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)
    goods = [{"name": "Tea", "price": "1 000,5"}]
    await desk.presses(STEPAN, form.checklist[0].action)
    await desk.sends(STEPAN, form, "accepted", contact="Ivan", goods=goods)
    facts = desk.case(case_of(task.id)).values

    read_again = {f.name: read(f, facts[f.name]) for f in (SERVICES, CONTACT, GOODS)}

    assert read_again == {f.name: facts[f.name] for f in (SERVICES, CONTACT, GOODS)}
    assert facts[GOODS.name] == [{"name": "Tea", "price": "1000.50"}]
    assert read(BUDGET, "12500.50") == "12500.50"


async def test_a_form_of_a_task_that_was_completed_meanwhile_is_refused_politely(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)
    await desk.sends(STEPAN, form, "refused", refusal_reason="no")

    reply = await desk.comes(
        STEPAN,
        FormPreviewed(form=form.form, outcome=OutcomeId("refused"), values={FieldName("refusal_reason"): "again"}),
    )

    assert reply.is_refusal
    assert (reply.toast or "").startswith("The task is completed already")


async def test_a_form_is_read_without_anything_being_done(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    pressed = await desk.form_of(task, STEPAN)
    before = (len(desk.woken), len(desk.memory.rows.received))

    read_again = await desk.conversation.form(desk.asker(STEPAN), pressed.form)

    assert read_again.dialog == pressed
    assert (len(desk.woken), len(desk.memory.rows.received)) == before


async def test_a_form_is_read_by_its_assignee_only_and_rubbish_names_none(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = (await desk.form_of(task, STEPAN)).form

    refused = [
        await desk.conversation.form(desk.asker(NIKOLAY), form),
        await desk.conversation.form(desk.asker(STEPAN), "rubbish"),
        await desk.conversation.form(desk.asker(STEPAN), "task:99.1"),
        await desk.conversation.form(desk.asker(None), form),
    ]

    assert all(reply.is_refusal and reply.toast and reply.dialog is None for reply in refused)


async def test_the_ticks_of_a_form_are_kept_and_sent_with_it(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)
    all_done = {item.id: True for item in form.checklist}

    kept = await desk.comes(STEPAN, FormSaved(form=form.form, values={}, ticks=all_done))
    assert not kept.is_refusal
    assert desk.now(task).ticks == all_done.keys()

    await desk.comes(STEPAN, FormSaved(form=form.form, values={}, ticks=dict.fromkeys(all_done, False)))
    assert desk.now(task).ticks == frozenset()


async def test_who_looks_in_finds_their_tasks_and_what_waits(desk: Desk) -> None:
    await desk.opens_claimed_case("Romashka")
    await desk.opens_case("Vasilyok")

    home = await desk.conversation.home(desk.asker(STEPAN))

    mine, waiting = (section.text for section in home.sections)
    assert "Romashka" in mine
    assert "Vasilyok" in waiting
    assert not (await desk.conversation.home(desk.asker(None))).opens_cases
    assert (await desk.conversation.home(desk.asker(ANNA))).opens_cases


async def test_a_reply_is_in_the_language_that_was_chosen_by_the_same_update(desk: Desk) -> None:
    assert (await desk.says(ANNA, "/my")).language is Language.EN

    assert (await desk.says(ANNA, "/lang ru")).language is Language.RU
    assert (await desk.says(ANNA, "/my")).language is Language.RU


@pytest.mark.parametrize("language", list(Language))
def test_a_number_with_an_extension_stands_in_its_control_as_people_write_it(language: Language) -> None:
    phone = a_field("phone", FieldType.PHONE)
    goods = a_field("contacts", FieldType.ROWS, columns=(phone,))

    shown = form_view.shown_value(phone, "8 (495) 123-45-67, доб.12", language)

    assert shown == {Language.RU: "+7 495 123-45-67 доб. 12", Language.EN: "+7 495 123-45-67 ext. 12"}[language]
    assert read(phone, shown) == "+74951234567;ext=12"
    assert form_view.shown_value(goods, [{"phone": "+74951234567;ext=12"}], language) == [{"phone": shown}]
