"""What links into the private chat carry."""

import pytest

from bot.actions import Action, Verb
from bot.telegram.api import deep_links


@pytest.mark.parametrize(
    ("carried", "action"),
    [
        (deep_links.to_task("42.3"), Action(verb=Verb.WORK, target="42.3")),
        (deep_links.to_case(42), Action(verb=Verb.CASE, target="42")),
        (deep_links.to_new_case("client_onboarding"), Action(verb=Verb.NEW, target="client_onboarding")),
        (deep_links.to_new_case("имя по-русски"), Action(verb=Verb.COMMAND, target="new")),
        (deep_links.MY, Action(verb=Verb.COMMAND, target="my")),
    ],
)
def test_what_a_link_carries_leads_where_a_button_would(carried: str, action: Action) -> None:
    assert deep_links.action_of(carried) == action


@pytest.mark.parametrize("carried", ["", "hello", "zZ3-_code", "task_42", "case_", "case_x", "new_", "mine"])
def test_an_invitation_leads_nowhere(carried: str) -> None:
    assert deep_links.action_of(carried) is None
