"""Nothing neutral names a platform: the core, the conversation, and the rendering except for its markup."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import all_sources, module_of

NEUTRAL = (("workflows",), ("bot", "conversation"), ("bot", "rendering"))
MARKUP = ("bot", "rendering", "markup")
PLATFORM = re.compile(r"(?i:telegram|slack|forum|(?<![a-z])web(?![a-z]))|Web(?=[A-Z])")


def named(source: str, path: Path) -> Iterator[str]:
    """Report each name or text of a neutral module in which a platform is named."""
    here = module_of(path)
    if here[:3] == MARKUP or not any(here[: len(room)] == room for room in NEUTRAL):
        return
    for node in ast.walk(ast.parse(source)):
        for word in _words(node):
            if PLATFORM.search(word):
                yield f"{path}:{getattr(node, 'lineno', '?')}: {word!r} names a platform"


def _words(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.alias(name=name):
            yield name
        case ast.ImportFrom(module=str(module)):
            yield module
        case ast.keyword(arg=str(name)):
            yield name


def test_nothing_neutral_names_a_platform() -> None:
    assert [found for path, source in all_sources().items() for found in named(source, path)] == []


@pytest.mark.parametrize(
    "source",
    [
        'SHOWS_THREADS = "web"',
        "def web_channel(): ...",
        "class WebMessage: ...",
        "from workflows.ports.web_messages import Messages",
        "dialect is Dialect.SLACK",
        "run(telegram=True)",
        '"""What a forum\'s topic holds."""',
    ],
)
def test_a_platform_that_is_named_is_seen(source: str) -> None:
    assert list(named(source, Path("workflows/domain/definition.py"))) != []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bot/web/chat_port.py", 'platform = "web"'),
        ("bot/rendering/markup/mrkdwn.py", "class SlackMrkdwn: ..."),
        ("workflows/domain/text.py", 'cobweb = "webbed"'),
    ],
)
def test_what_stands_at_home_is_let_through(path: str, source: str) -> None:
    assert list(named(source, Path(path))) == []
