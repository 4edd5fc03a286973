"""Each problem that `handover check` knows is provoked by a broken file, and is told as somebody has read it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import workflows.definitions
from tests.definitions.broken import Broken, read

CASES = list(read())
SOURCES = Path(workflows.definitions.__file__).parent
RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
SHORTEST = 12
"""Shorter texts are parts of sentences: kinds of values, names of things."""

ELSEWHERE = (
    "такой папки нет",
    "здесь нет ни одного процесса",
    "файл не открывается",
    "файл слишком велик",
    "файл не в кодировке UTF-8",
    "файл больше",
    "вложенность больше",
    "вложенность слишком велика",
    # What stands where nothing else is known to be said; no file is known that leads there.
    "значение «",
    "имя, за которым нужна точка",
)
"""Sentences about files that a text file cannot show; `test_company`, `test_letters` provoke them."""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mistake_gives_one_problem_at_its_line_in_both_languages(case: Broken) -> None:
    assert case.found() == case.said
    assert len(case.said) == 2


def sentences() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Iterate over the Russian sentences in the code, each with a pattern that finds it however it was filled."""
    for path in sorted(SOURCES.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
        for node in ast.walk(tree):
            match node:
                case ast.JoinedStr():
                    said = [str(v.value) if isinstance(v, ast.Constant) else None for v in node.values]
                case ast.Constant(value=str(text)) if id(node) not in parts:
                    said = [text]
                case _:
                    continue
            words = "".join(each or "…" for each in said)
            if len(RUSSIAN.findall(words)) >= SHORTEST:
                yield words, re.compile("".join(".*" if each is None else _filled_in(each) for each in said))


def _filled_in(words: str) -> str:
    """Return a pattern for words in which `str.format` fills the places."""
    if "{}" not in words:
        return re.escape(words)
    return ".*".join(re.escape(part.replace("{{", "{").replace("}}", "}")) for part in words.split("{}"))


def test_every_problem_is_provoked_by_a_broken_file() -> None:
    told = [said for case in CASES for said in case.said]
    known = [(words, pattern) for words, pattern in sentences() if not words.startswith(ELSEWHERE)]

    assert [words for words, pattern in known if not any(pattern.search(said) for said in told)] == []
    assert len(known) > 150
