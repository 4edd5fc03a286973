"""Our own templates: every printed value is escaped, and a value that was not given is an error."""

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.rendering.markup import environment
from bot.rendering.markup.environment import MESSAGES, SUFFIX, Messages, MissingValue
from tests.rendering.stories import HOSTILE, MOSCOW, shown
from workflows.domain.text import Language
from workflows.ports.chat import Dialect

every_dialect = pytest.mark.parametrize("dialect", list(Dialect))


def rendered(folder: Path, source: str, dialect: Dialect, **values: object) -> str:
    (folder / f"message{SUFFIX}").write_text(source, encoding="utf-8")
    return Messages(MOSCOW, folder).render("message", dialect, Language.RU, **values)


@every_dialect
@pytest.mark.parametrize(
    "source",
    [
        "{{ x }}",
        "{{ bold(x) }}",
        "{{ italic(x) }}",
        "{{ _('Reason: %(reason)s', reason=x) }}",
        "{{ bold(_('Reason: %(reason)s', reason=x)) }}",
        "{{ 'a' ~ x }}",
        "{{ [x]|join(', ') }}",
        "{{ link(x, 'https://x.example') }}",
        "{{ ngettext('%(name)s: %(n)d task', '%(name)s: %(n)d tasks', 5, name=x) }}",
    ],
)
def test_however_a_value_is_printed_it_shows_literally(dialect: Dialect, source: str, tmp_path: Path) -> None:
    seen = shown(rendered(tmp_path, source, dialect, x=HOSTILE), dialect)

    assert HOSTILE in seen
    assert len(seen) <= len(HOSTILE) + len(": 5 задач")


@every_dialect
def test_what_is_not_text_prints_as_text(dialect: Dialect, tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ n }}", dialect, n=5) == "5"


def test_a_value_that_was_not_given_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingValue) as missing:
        rendered(tmp_path, "{{ nobody }}", Dialect.HTML)

    assert missing.value.name == "nobody"


@every_dialect
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", sorted(path.name for path in MESSAGES.glob(f"*{SUFFIX}")))
def test_every_template_compiles(name: str, dialect: Dialect, language: Language) -> None:
    with suppress(MissingValue):
        Messages(MOSCOW).render(name.removesuffix(SUFFIX), dialect, language)


def _texts(path: Path) -> Iterator[str]:
    """Yield the texts of a source file that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_no_language_is_written_into_templates_or_code() -> None:
    rendering = Path(environment.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in MESSAGES.glob(f"*{SUFFIX}")]
    texts += [text for path in rendering.glob("*.py") for text in _texts(path)]

    assert len(texts) > 100
    assert [text for text in texts if re.search("[а-яё]", text, re.IGNORECASE)] == []
