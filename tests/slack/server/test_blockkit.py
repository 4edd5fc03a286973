"""Block Kit's limits, with the platform's own error texts."""

from typing import Any

import pytest

from .blockkit import Problems, check_blocks, check_view
from .calling import button, field, modal, option, plain, section
from .values import JSON


def problems_of(*blocks: Any) -> list[str]:
    problems = Problems()
    check_blocks(problems, list(blocks))
    return problems.lines


def view_problems(view: Any) -> list[str]:
    problems = Problems()
    check_view(problems, view)
    return problems.lines


def actions(*elements: JSON) -> JSON:
    return {"type": "actions", "elements": list(elements)}


def context(*elements: JSON) -> JSON:
    return {"type": "context", "elements": list(elements)}


def menu(count: int, kind: str = "static_select") -> JSON:
    options = [option(f"o{number}", str(number)) for number in range(count)]
    return {"type": kind, "action_id": "menu", "options": options}


def test_a_rich_card_is_accepted() -> None:
    card = [
        {"type": "header", "text": plain("ONB-1")},
        section("*Ромашка*", accessory=menu(5, "overflow")),
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2000}] * 10},
        {"type": "divider"},
        context(*[{"type": "mrkdwn", "text": "x"}] * 10),
        actions(*[button("Взять", f"claim-{number}") for number in range(25)]),
    ]
    assert problems_of(*card) == []


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ([{"type": "section"}], "missing required field: text [json-pointer:/blocks/0]"),
        (
            [{"type": "header", "text": plain("x" * 151)}],
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        ([{"type": "sections"}], "unsupported type: sections [json-pointer:/blocks/0/type]"),
        ([{"type": "divider", "text": "x"}], "invalid additional property: text [json-pointer:/blocks/0]"),
        (
            [actions(button("x" * 76, "a"))],
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        (
            [actions(button("x", "a", "v" * 2001))],
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            [actions(button("x", "a" * 256))],
            "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
        ),
        (
            [actions(button("x", "a"), button("y", "a"))],
            '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
        ),
        (
            [actions({**button("x", "a"), "disabled": True})],
            "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]",
        ),
        (
            [actions({**button("x", "a"), "style": "green"})],
            "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            [actions(*[button("x", str(number)) for number in range(26)])],
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        ([actions()], "must provide at least 1 items [json-pointer:/blocks/0/elements]"),
        ([actions(menu(6, "overflow"))], "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]"),
        ([actions(menu(0, "overflow"))], "must provide at least 1 items [json-pointer:/blocks/0/elements/0/options]"),
        ([actions(menu(101))], "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"),
        (
            [actions(menu(2, "multi_static_select"))],
            "unsupported element: multi_static_select [json-pointer:/blocks/0/elements/0]",
        ),
        (
            [actions({**menu(1), "options": [option("x" * 76, "v")]})],
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
        ),
        (
            [actions({**menu(1), "options": [option("x", "v" * 151)]})],
            "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
        ),
        (
            [actions({**menu(1), "initial_option": option("other", "o")})],
            "must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]",
        ),
        (
            [
                actions(
                    {**button("x", "a"), "confirm": {"title": plain("t"), "text": plain("t"), "confirm": plain("y")}}
                )
            ],
            "missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]",
        ),
        ([context(*[plain("x")] * 11)], "no more than 10 items allowed [json-pointer:/blocks/0/elements]"),
        (
            [{"type": "section", "fields": [plain("x")] * 11}],
            "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        ),
        (
            [{"type": "section", "fields": [plain("x" * 2001)]}],
            "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
        ),
        (
            [section("x", block_id="b" * 256)],
            "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
        ),
        (
            [section("x", block_id="b"), section("y", block_id="b")],
            '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]',
        ),
        (
            [section("x", accessory={"type": "image", "image_url": "https://x/y.png"})],
            "missing required field: alt_text",
        ),
        ([field("Файл", {"type": "file_input"})], "unsupported element: file_input [json-pointer:/blocks/0/element]"),
        (["text"], "must be an object [json-pointer:/blocks/0]"),
    ],
)
def test_a_limit_that_is_passed_is_named_with_its_place(blocks: list[Any], expected: str) -> None:
    assert any(line.startswith(expected) for line in problems_of(*blocks)), problems_of(*blocks)


def test_a_long_section_fails_both_of_the_allowed_schemas_as_on_the_platform() -> None:
    assert problems_of(section("x" * 3001)) == [
        "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]


TEXT = {"type": "plain_text_input"}


def test_a_modal_with_every_kind_of_field_is_accepted() -> None:
    ticks = {"type": "checkboxes", "options": [option("Да", "y")]}
    view = modal(
        field("Имя", {**TEXT, "max_length": 100}),
        field("Сумма", {"type": "number_input", "is_decimal_allowed": True}),
        field("Дата", {"type": "datepicker", "initial_date": "2026-03-02"}),
        field("Галочки", ticks, optional=True),
        field("Файлы", {"type": "file_input", "max_files": 3}),
        private_metadata="x" * 3000,
        callback_id="x" * 255,
    )
    assert view_problems(view) == []


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (modal(section("x"), title="x" * 25), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(), "must provide at least 1 items [json-pointer:/view/blocks]"),
        (modal(*[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (
            modal(section("x"), private_metadata="x" * 3001),
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (
            modal(section("x"), callback_id="x" * 256),
            "must be less than 256 characters [json-pointer:/view/callback_id]",
        ),
        (
            {"type": "modal", "title": plain("x"), "blocks": [field("Имя", TEXT)]},
            "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]",
        ),
        (
            modal(field("x" * 2001, TEXT)),
            "must be less than 2001 characters [json-pointer:/view/blocks/0/label/text]",
        ),
        (
            modal(field("Имя", {**TEXT, "max_length": 3001})),
            "must be less than 3001 [json-pointer:/view/blocks/0/element/max_length]",
        ),
        (
            modal(field("Сумма", {"type": "number_input"})),
            "missing required field: is_decimal_allowed [json-pointer:/view/blocks/0/element]",
        ),
        (
            modal(field("Файлы", {"type": "file_input", "max_files": 11})),
            "must be less than 11 [json-pointer:/view/blocks/0/element/max_files]",
        ),
        (
            modal(field("Дата", {"type": "datepicker", "initial_date": "02.03.2026"})),
            "must be a valid date (YYYY-MM-DD) [json-pointer:/view/blocks/0/element/initial_date]",
        ),
        (modal(section("x"), footer="x"), "invalid additional property: footer [json-pointer:/view]"),
        (
            {"type": "home", "title": plain("x"), "blocks": []},
            "invalid additional property: title [json-pointer:/view]",
        ),
        ({"type": "dialog"}, "unsupported type: dialog [json-pointer:/view/type]"),
    ],
)
def test_a_view_that_passes_a_limit_is_named_with_its_place(view: JSON, expected: str) -> None:
    assert expected in view_problems(view)
