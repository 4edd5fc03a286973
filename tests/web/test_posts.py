"""What people do in the browser, as it arrives at the conversation, and how the replies come back."""

import json
import re
from dataclasses import replace

import pytest

from bot.conversation.incoming import (
    Answered,
    Commented,
    FormFinished,
    FormPreviewed,
    FormSaved,
    FormSent,
    Press,
    PreviewRead,
    RowsRead,
    Said,
)
from bot.conversation.reply import (
    Ask,
    CaseView,
    FieldView,
    FormView,
    ItemView,
    LetterView,
    Menu,
    OptionView,
    OutcomeView,
    PreviewView,
    Reply,
    ReplyKind,
)
from bot.web.controls import CONTROLS
from tests.web.tab import Tab
from workflows.domain.commands import RawValues
from workflows.domain.definition import FieldType
from workflows.domain.forms.asking import Asking
from workflows.domain.ids import CaseId, FieldName, FileId, ItemId, OutcomeId
from workflows.domain.text import Language
from workflows.ports.chat import Button, ChatAddress, Message

NASTY = "<b>Ромашка & Co</b> *_{{x}}_*"
SHOWN = "&lt;b&gt;Ромашка &amp; Co&lt;/b&gt; *_{{x}}_*"


def a_field(name: str, type_: FieldType, **more: object) -> FieldView:
    """Make a question."""
    values: dict[str, object] = {"label": f"Поле {name}", "required": False, **more}
    return FieldView(name=FieldName(name), type=type_, **values)  # type: ignore[arg-type]  # a builder of any field


def a_form(*fields: FieldView, problem: str | None = None) -> FormView:
    """Make a form with a check list and two decisions."""
    return FormView(
        form="task:1.2",
        title="Проверка",
        subtitle=f"ONB-1 · {NASTY}",
        fields=fields,
        checklist=(ItemView(id=ItemId("seen"), label="Видел", required=True, done=False, action="tick:1.2:1:seen+"),),
        outcomes=(
            OutcomeView(id=OutcomeId("ok"), title="Принять", requires=(FieldName("a"),), needs_checklist=True),
            OutcomeView(id=OutcomeId("no"), title="Отказать", requires=(), needs_checklist=False),
        ),
        problem=problem,
    )


EVERY_TYPE = tuple(
    a_field(
        type_.value,
        type_,
        options=(OptionView(id="one", label="Один"), OptionView(id="two", label="Два")),
        columns=(a_field("product", FieldType.TEXT), a_field("price", FieldType.MONEY, currency="RUB")),
        value={
            FieldType.CHOICES: ["two"],
            FieldType.CHOICE: "two",
            FieldType.YES_NO: "yes",
            FieldType.ROWS: [{"product": NASTY, "price": "12.50"}],
            FieldType.FILE: {"id": "f1", "name": NASTY},
            FieldType.CLIENT: {"id": 3, "name": NASTY},
            FieldType.DATE: "2026-03-02",
        }.get(type_, NASTY),
    )
    for type_ in FieldType
)


async def test_a_press_arrives_with_its_action_and_chat(tab: Tab) -> None:
    window = await tab.window_of("anna")

    await window.post("/press", action="claim:1.2:1:", chat="sales")

    (came,) = tab.conversation.came
    assert came.intent == Press(action="claim:1.2:1:")
    assert came.chat == "web:#sales"


async def test_a_typed_line_arrives_as_it_was_typed(tab: Tab) -> None:
    window = await tab.window_of("anna")

    await window.post("/say", text=" /status Ромашка ", chat="sales")

    assert tab.conversation.came[0].intent == Said(text="/status Ромашка")


async def test_words_beside_an_open_case_are_a_comment_and_commands_stay_commands(tab: Tab) -> None:
    window = await tab.window_of("anna")

    await window.post("/say", text="Позвонил", case="4")
    await window.post("/say", text="/my", case="4", update="33334444")

    assert [came.intent for came in tab.conversation.came] == [
        Commented(case_id=CaseId(4), text="Позвонил"),
        Said(text="/my"),
    ]


async def test_files_go_along_with_a_comment_and_are_enough_for_one(tab: Tab) -> None:
    window = await tab.window_of("anna")

    await window.post("/say", text="", case="4", file=["f1", "f2"])

    assert tab.conversation.came[0].intent == Commented(case_id=CaseId(4), text="", files=(FileId("f1"), FileId("f2")))


async def test_an_empty_line_is_nothing(tab: Tab) -> None:
    window = await tab.window_of("anna")

    assert (await window.post("/say", text="   ")).status_code == 204
    assert tab.conversation.came == []


async def test_an_answer_arrives_with_the_action_that_asked(tab: Tab) -> None:
    window = await tab.window_of("anna")

    await window.post("/answer", action="back:1.2:1:sales", text="Не тот документ")

    assert tab.conversation.came[0].intent == Answered(action="back:1.2:1:sales", text="Не тот документ")


FILLED = {
    "t:name": "Ромашка",
    "l:services": ["cards", "sbp"],
    "o:contract:id": "f1",
    "o:contract:name": "договор.pdf",
    "o:empty:id": "",
    "o:empty:name": "",
    "r:goods:1:product": "Чай",
    "r:goods:0:product": "Кофе",
    "r:goods:0:price": "12,50",
}
VALUES: RawValues = {
    FieldName("name"): "Ромашка",
    FieldName("services"): ["cards", "sbp"],
    FieldName("contract"): {"id": "f1", "name": "договор.pdf"},
    FieldName("goods"): [{"product": "Кофе", "price": "12,50"}, {"product": "Чай"}],
}


async def test_the_answers_of_a_form_arrive_whole_whatever_is_done_with_them(tab: Tab) -> None:
    window = await tab.window_of("anna")

    await window.post("/form/save", FILLED, form="task:1.2", update="33330001")
    await window.post("/form/preview", FILLED, form="task:1.2", outcome="ok", update="33330002")
    await window.post("/form/send", FILLED, form="task:1.2", outcome="ok", update="33330003")

    assert [came.intent for came in tab.conversation.came] == [
        FormSaved(form="task:1.2", values=VALUES),
        FormPreviewed(form="task:1.2", outcome=OutcomeId("ok"), values=VALUES),
        FormSent(form="task:1.2", outcome=OutcomeId("ok"), values=VALUES),
    ]


async def test_a_form_without_a_decision_is_not_handed_on(tab: Tab) -> None:
    window = await tab.window_of("anna")

    answer = await window.post("/form/preview", FILLED, form="task:1.2")

    assert answer.status_code == 422
    assert "Выберите решение" in answer.text
    assert tab.conversation.came == []


async def test_a_saved_draft_is_said_and_so_is_one_that_was_not(tab: Tab) -> None:
    window = await tab.window_of("anna")

    saved = await window.post("/form/save", form="task:1.2")
    tab.conversation.reply = Reply(toast="Задача уже не ваша.", kind=ReplyKind.REFUSED)
    refused = await window.post("/form/save", form="task:1.2", update="33334444")

    assert (saved.status_code, saved.json()) == (200, {"text": "Черновик сохранён"})
    assert (refused.status_code, refused.json()) == (409, {"text": "Задача уже не ваша."})


async def test_a_toast_is_shown_escaped_and_a_refusal_is_told_to_the_page(tab: Tab) -> None:
    window = await tab.window_of("anna")
    tab.conversation.reply = Reply(toast=f"Взял другой: {NASTY}", kind=ReplyKind.REFUSED)

    answer = await window.post("/press", action="claim:1.2:1:")

    assert SHOWN in answer.text
    assert "refusal" in answer.text
    assert "refused" in json.loads(answer.headers["hx-trigger"])


async def test_a_done_dialog_is_closed_and_a_case_is_opened(tab: Tab) -> None:
    window = await tab.window_of("anna")
    opened = CaseView(case_id=CaseId(5), status=Message(text="status"))
    tab.conversation.reply = Reply(kind=ReplyKind.DONE, dialog=opened)

    answer = await window.post("/press", action="case:5:0:")

    assert json.loads(answer.headers["hx-trigger"]) == {"dialogDone": {}, "openCase": {"case": 5}}


async def test_every_type_of_field_shows_its_value_escaped(tab: Tab) -> None:
    window = await tab.window_of("anna")
    tab.conversation.reply = Reply(dialog=a_form(*EVERY_TYPE))

    form = (await window.post("/press", action="work:1.2:1:")).text

    assert NASTY not in form
    for name in ("t:text", "t:long_text", "t:inn", "t:client", "l:choices", "r:rows:0:price", "o:file:id"):
        assert f'name="{name}"' in form
    assert 'value="2026-03-02"' in form
    assert form.count(SHOWN) >= len(FieldType) - 4


def test_every_kind_of_field_has_a_control() -> None:
    assert set(CONTROLS) == set(FieldType)


async def test_problems_stand_at_their_fields(tab: Tab) -> None:
    window = await tab.window_of("anna")
    wrong = a_field("inn", FieldType.INN, problem="Проверьте цифры.", value="123")
    tab.conversation.reply = Reply(toast="Исправьте", kind=ReplyKind.REFUSED, dialog=a_form(wrong, problem="Исправьте"))

    form = (await window.post("/form/send", {"t:inn": "123"}, form="task:1.2", outcome="ok")).text

    assert 'aria-invalid="true"' in form
    assert 'aria-describedby="f-inn-hint f-inn-problem"' in form
    assert "Проверьте цифры." in form
    assert 'value="123"' in form
    assert 'class="toast' not in form


async def test_a_tick_leaves_what_is_typed_alone(tab: Tab) -> None:
    window = await tab.window_of("anna")
    tab.conversation.reply = Reply(dialog=a_form(a_field("a", FieldType.TEXT)))

    answer = (await window.post("/press", action="tick:1.2:1:seen+", part="checklist")).text

    assert 'id="checklist"' in answer
    assert 'name="t:a"' not in answer


PREVIEW = PreviewView(
    form="task:1.2",
    title="Что будет отправлено",
    outcome=OutcomeId("ok"),
    outcome_title="Принять",
    letters=(LetterView(to="Отдел продаж", subject="Тема", body=NASTY),),
    next_stages=("Запуск (Отдел разработки)",),
    mark="1.0",
)


@pytest.mark.parametrize("path", ["/form/preview", "/form/foresee"])
async def test_the_preview_shows_the_letters_and_the_way_and_what_identifies_it(tab: Tab, path: str) -> None:
    window = await tab.window_of("anna")
    tab.conversation.reply = Reply(dialog=PREVIEW)

    preview = (await window.post(path, form="task:1.2", outcome="ok")).text

    assert SHOWN in preview
    assert "Запуск (Отдел разработки)" in preview
    assert f'data-seal="{PREVIEW.seal}"' in preview


async def test_a_form_is_looked_at_as_it_stands_in_its_window_with_what_it_lacks(tab: Tab) -> None:
    window = await tab.window_of("anna")
    tab.conversation.reply = Reply(toast=f"Ещё не заполнено: {NASTY}", kind=ReplyKind.REFUSED)

    told = await window.post(
        "/form/foresee", {"t:a": "1", "m:a": "x", "c:a": "", "m:l": "y", "c:l": ""}, form="task:1.2", outcome="ok"
    )

    read = PreviewRead(form="task:1.2", outcome=OutcomeId("ok"), values={FieldName("a"): "1", FieldName("l"): ""})
    assert tab.conversation.foreseen == [read]
    assert tab.conversation.came == []
    assert SHOWN in told.text
    assert 'data-seal=""' in told.text


async def test_a_form_is_sent_with_what_was_seen_of_it(tab: Tab) -> None:
    window = await tab.window_of("anna")

    await window.post("/form/finish", form="task:1.2", outcome="ok", seen=PREVIEW.seal)

    (came,) = tab.conversation.came
    filled = FormPreviewed(form="task:1.2", outcome=OutcomeId("ok"), values={})
    assert came.intent == FormFinished(filled=filled, seen=PREVIEW.seal)


async def test_a_menu_and_a_question_keep_their_actions(tab: Tab) -> None:
    window = await tab.window_of("anna")
    choice = Button(label=NASTY, action="to:1.2:1:ivan")
    tab.conversation.reply = Reply(dialog=Menu(title="Кому?", text="Выберите", buttons=(choice,)))
    menu = (await window.post("/press", action="reassign:1.2:1:")).text
    ask = Ask(title="Почему?", prompt="Причина", action="claim:1.2:1:", confirm="Взять", instead=(choice,))
    tab.conversation.reply = Reply(dialog=ask)
    question = (await window.post("/press", action="claim:1.2:1:", update="33334444")).text

    assert "to:1.2:1:ivan" in menu
    assert SHOWN in menu
    assert 'name="action" value="claim:1.2:1:"' in question
    assert "to:1.2:1:ivan" in question


async def test_an_answer_in_a_channel_is_for_the_presser_alone(tab: Tab) -> None:
    window = await tab.window_of("anna")
    tab.conversation.reply = Reply(message=Message(text="Ваши <b>задачи</b>"))

    answer = await window.post("/say", text="/my", chat="sales")

    assert "Ваши <b>задачи</b>" in answer.text
    assert "это видите только вы" in answer.text
    assert tab.kept.messages == []


async def test_an_answer_in_the_private_chat_is_kept_there_once(tab: Tab) -> None:
    window = await tab.window_of("anna")
    tab.conversation.reply = Reply(message=Message(text="Ваши задачи"))

    await window.post("/say", text="/my")
    await window.post("/say", text="/my")

    assert [(m.author, m.renditions[Language.RU].text) for m in tab.kept.messages] == [
        ("anna", "/my"),
        (None, "Ваши задачи"),
    ]


@pytest.mark.parametrize("chat", ["sales", "~"])
async def test_an_answer_about_a_case_leads_to_it(tab: Tab, chat: str) -> None:
    window = await tab.window_of("anna")
    tab.conversation.reply = Reply(message=Message(text="ONB-1"), case_id=CaseId(1))

    answer = await window.post("/say", text="/status ONB-1", chat=chat)

    shown = answer.text + (await window.get("/chat/~", piece=True)).text
    assert shown.count("case:1:0:") == 1


async def test_what_a_control_has_no_choice_for_stays_in_it_as_it_was_typed(tab: Tab) -> None:
    window = await tab.window_of("anna")
    options = tuple(OptionView(id=f"o{number}", label=f"Вариант {number}") for number in range(8))
    columns = (a_field("size", FieldType.CHOICE, options=options), a_field("day", FieldType.DATE))
    strays = (
        a_field("day", FieldType.DATE, value="к лету"),
        a_field("late", FieldType.CHOICE, options=options, value="прежний"),
        a_field("few", FieldType.CHOICE, options=options[:2], value="прежний"),
        a_field("sure", FieldType.YES_NO, value="наверное"),
        a_field("rows", FieldType.ROWS, columns=columns, value=[{"size": "огромный", "day": "летом"}]),
    )
    tab.conversation.reply = Reply(dialog=a_form(*strays, a_field("next", FieldType.DATE, value="2026-04-01")))

    page = (await window.post("/press", action="open:1.2::")).text

    for shown in (
        'type="text" name="t:day" value="к лету"',
        '<option value="прежний" selected>',
        'type="radio" name="t:few" value="прежний" checked',
        'type="radio" name="t:sure" value="наверное" checked',
        '<option value="огромный" selected>',
        'type="text" name="r:rows:0:day" value="летом"',
        'type="text" name="t:next" value="01.04.2026"',
    ):
        assert shown in page


async def test_a_form_that_was_sent_before_is_told_so_and_closed(tab: Tab) -> None:
    window = await tab.window_of("anna")
    tab.conversation.reply = Reply(kind=ReplyKind.REPEATED)

    answer = await window.post("/form/send", form="task:1.2", outcome="ok")

    assert "dialogDone" in answer.headers["hx-trigger"]
    assert "один раз" in answer.text


async def test_a_chosen_language_reads_the_page_anew(tab: Tab) -> None:
    window = await tab.window_of("anna")
    tab.conversation.chooses = (tab.desk.memory, Language.EN)

    assert (await window.post("/say", text="/lang en", aside="1")).headers["hx-refresh"] == "true"


@pytest.mark.parametrize("update", ["", "x", "../../etc", "a" * 65])
async def test_a_press_without_a_proper_name_is_refused(tab: Tab, update: str) -> None:
    window = await tab.window_of("anna")

    assert (await window.post("/press", action="claim:1.2:1:", update=update)).status_code == 400
    assert tab.conversation.came == []


@pytest.mark.parametrize("name", ["r:goods:x:price", "r:goods::price"])
async def test_a_form_that_is_not_ours_is_refused(tab: Tab, name: str) -> None:
    window = await tab.window_of("anna")

    assert (await window.post("/form/save", {name: "1"}, form="task:1.2")).status_code == 400


async def test_more_than_can_be_sent_at_once_is_refused_with_a_sentence(tab: Tab) -> None:
    window = await tab.window_of("anna")

    answer = await window.post("/say", text="я" * 1_500_000)

    assert answer.status_code == 413
    assert "сохранено" in answer.text or "осталось" in answer.text or "остаётся" in answer.text
    assert tab.conversation.came == []


async def test_an_unreachable_database_is_told_and_nothing_is_swapped_away(tab: Tab) -> None:
    window = await tab.window_of("anna")
    tab.desk.memory.is_reachable = False

    answer = await window.post("/press", action="claim:1.2:1:")

    assert answer.status_code == 503
    assert answer.headers["hx-reswap"] == "none"
    assert "База данных" in answer.text


async def test_a_fault_of_ours_is_told_and_the_next_request_is_served(tab: Tab) -> None:
    window = await tab.window_of("anna")
    tab.conversation.breaks = True

    broken = await window.post("/press", action="claim:1.2:1:")
    tab.conversation.breaks = False
    healed = await window.post("/press", action="claim:1.2:1:", update="33334444")

    assert broken.status_code == 500
    assert "RuntimeError" not in broken.text
    assert "default-src 'none'" in broken.headers["content-security-policy"]
    assert healed.status_code == 200


async def test_every_question_that_must_be_answered_says_so_to_who_cannot_see_the_star(tab: Tab) -> None:
    questions = [replace(field, required=required) for required in (True, False) for field in EVERY_TYPE]
    said = []
    for field in questions:
        tab.conversation.reply = Reply(dialog=a_form(field))
        window = await tab.window_of("anna")
        page = (await window.post("/press", action="work:1.2:1:")).text
        (question,) = re.findall(r'<div class="field".*?<p class="problem"', page, re.DOTALL)
        said.append('aria-required="true"' in question or ">обязательно</span>" in question)

    assert said == [field.required for field in questions]


async def test_a_list_that_was_pressed_is_shown_anew_where_it_stands(tab: Tab) -> None:
    window = await tab.window_of("anna")
    button = Button(label="Claim", action="claim:1.1:0:queue.1")
    tab.conversation.reply = Reply(message=Message(text="two wait", buttons=((button,),)))
    aside = await window.post("/say", text="/queue", chat="sales", update="22223333")
    await window.post("/say", text="/queue", update="44445555")
    kept = (await tab.kept.latest(ChatAddress("web:@anna"), 1))[0]

    tab.conversation.reply = Reply(toast="yours", refreshed=Message(text="one waits"))
    pressed = {"action": button.action or ""}
    beside = await window.post("/press", pressed, chat="sales", at="a-22223333")
    await window.post("/press", {"action": "claim:9.9:0:queue.1"}, at=f"m{kept.id}")
    forged = (await window.get("/chat/~")).text
    await window.post("/press", pressed, at=f"m{kept.id}")

    assert 'id="a-22223333"' in aside.text
    assert '<div id="a-22223333" hx-swap-oob="true">' in beside.text
    assert "one waits" in beside.text
    assert "two wait" in forged
    assert "one waits" in (await window.get("/chat/~")).text
    assert "two wait" not in (await window.get("/chat/~")).text


async def test_a_saved_draft_tells_the_page_what_its_form_asks_now(tab: Tab) -> None:
    window = await tab.window_of("anna")
    asking = Asking(hidden=frozenset({FieldName("b"), FieldName("a")}), needed=frozenset({FieldName("c")}))
    tab.conversation.reply = Reply(toast="Сохранено.", asking=asking)

    saved = await window.post("/form/save", form="task:1.2")

    assert saved.json()["asking"] == {"hidden": ["a", "b"], "needed": ["c"], "hidden_items": []}


async def test_a_pasted_table_comes_back_as_rows_or_with_the_reason(tab: Tab) -> None:
    window = await tab.window_of("anna")
    goods = a_field("goods", FieldType.ROWS, value=[{"name": "Чай", "price": "5.00"}])
    tab.conversation.reply = Reply(dialog=a_form(goods))

    pasted: dict[str, object] = {"form": "task:1.2", "field": "goods", "first": "name", "text": "Чай\t5"}
    told = await window.post("/form/rows", pasted)
    tab.conversation.reply = Reply(toast="Задача уже не ваша.", kind=ReplyKind.REFUSED)
    refused = await window.post("/form/rows", pasted, update="33334444")

    assert told.json() == {"rows": [{"name": "Чай", "price": "5.00"}]}
    assert (refused.status_code, refused.json()) == (409, {"text": "Задача уже не ваша."})
    read = RowsRead(form="task:1.2", field=FieldName("goods"), first=FieldName("name"), text="Чай\t5")
    assert tab.conversation.pastes == [read, read]
