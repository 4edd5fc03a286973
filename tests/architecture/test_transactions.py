"""Who begins a transaction: use cases, and the storage for its own records."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import all_sources, module_of

MAY_TRANSACT = (("workflows", "usecases"), ("storage",))


def transactions(source: str, path: Path) -> Iterator[str]:
    """Report each transaction that is begun, or handed on, outside the rooms that may."""
    here = module_of(path)
    if any(here[: len(room)] == room for room in MAY_TRANSACT):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr == "transact":
            yield f"{path}:{node.lineno}: a transaction is a use case's"


def test_transactions_are_begun_by_use_cases_only() -> None:
    assert [found for path, source in all_sources().items() for found in transactions(source, path)] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bot/background/delivery.py", "await self._storage.transact(lambda unit: unit.give_up(1, 'x'))"),
        ("bot/web/chat/files.py", "run = services.storage.transact"),
        ("workflows/domain/decide.py", "storage.transact(work)"),
    ],
)
def test_a_transaction_elsewhere_is_seen(path: str, source: str) -> None:
    assert len(list(transactions(source, Path(path)))) == 1


def test_a_use_case_may_begin_one() -> None:
    assert list(transactions("storage.transact(work)", Path("workflows/usecases/delivery/outbox.py"))) == []
