"""Identities of tasks carry the case they belong to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.domain.ids import CaseId, TaskId, case_of, task_id


@given(case=st.integers(min_value=0), ordinal=st.integers(min_value=1))
def test_a_task_id_tells_its_case(case: int, ordinal: int) -> None:
    assert case_of(task_id(CaseId(case), ordinal)) == case


@pytest.mark.parametrize("text", ["", "42", "42.", ".3", "a.3", "42.b", "42.3.1", "-1.3", "4 2.3", "٤٢.٣", "42,3"])
def test_what_is_no_task_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a task id"):
        case_of(TaskId(text))
