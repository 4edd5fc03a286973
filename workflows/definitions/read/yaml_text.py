"""Reading YAML text into plain values, with the line of every key.

Every scalar stays text (the models know its type, so that `en: No` is the word and not False). Anchors, aliases and
tags are rejected: the result cannot grow beyond the text, and is made of text, lists and mappings only.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml

from workflows.definitions.problems import Problem

MAX_CHARACTERS = 512 * 1024
MAX_DEPTH = 40

Tree = dict[str, "Tree"] | list["Tree"] | str | None
Path = tuple[str | int, ...]

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_Loader: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A YAML file: its tree, and the line (from 1) of each key and list item by its path."""

    file: str
    tree: Tree
    lines: dict[Path, int]

    def line(self, *path: str | int) -> int:
        """Return the line of the key or item at *path*, or of the nearest one that contains it."""
        # A duplicate key keeps the line of the first, whose value counts.
        return next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), 1)

    def problem(self, path: Iterable[str | int], ru: str, en: str) -> Problem:
        """Return a problem with the line of *path*."""
        return Problem(self.file, self.line(*path), ru, en)


class UnreadableYaml(Exception):
    """The text is not YAML that we accept; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.en)
        self.problem = problem


@dataclass(slots=True, kw_only=True)
class _Open:
    """A list or mapping that is still being read; `key` waits for its value."""

    path: Path
    tree: dict[str, Tree] | list[Tree]
    key: str | None = None


@dataclass(slots=True, kw_only=True)
class _Reading:
    """The reading of one text, event by event; never deeper than MAX_DEPTH."""

    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    root: Tree = None
    documents: int = 0

    def problem(self, line: int, ru: str, en: str) -> Problem:
        return Problem(self.file, line, ru, en)

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise UnreadableYaml(
                self.problem(
                    line,
                    "якоря (&), ссылки (*) и теги (!) не поддерживаются; напишите значение целиком, "
                    "а текст с этого знака возьмите в кавычки",
                    "anchors (&), aliases (*) and tags (!) are not supported; write the value out, "
                    "and put a text that begins with such a sign in quotes",
                )
            )
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise UnreadableYaml(
                    self.problem(
                        line,
                        "в файле несколько документов YAML; уберите строку «---» и оставьте один",
                        'the file has several YAML documents; remove the "---" line and keep one',
                    )
                )
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin({}, line)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin([], line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        around = self.open[-1] if self.open else None
        if around is not None and isinstance(around.tree, dict) and around.key is None:
            self._key(around, str(event.value), line)
            return
        plain = event.style is None or event.style == ""
        self._put(None if plain and event.value in _NULLS else str(event.value), line)

    def _key(self, around: _Open, key: str, line: int) -> None:
        path = (*around.path, key)
        if key in around.tree:
            first = self.lines[path]
            self.problems.append(
                self.problem(
                    line,
                    f"ключ «{key}» уже есть на строке {first}; оставьте один из двух или переименуйте",
                    f'the key "{key}" is already on line {first}; keep one of the two or rename it',
                )
            )
        else:
            self.lines.setdefault(path, line)
        around.key = key

    def _begin(self, tree: dict[str, Tree] | list[Tree], line: int) -> None:
        around = self.open[-1] if self.open else None
        if around is not None and isinstance(around.tree, dict) and around.key is None:
            raise UnreadableYaml(
                self.problem(
                    line,
                    "ключом может быть только имя; если это текст, возьмите его в кавычки",
                    "only a name can be a key; if this is a text, put it in quotes",
                )
            )
        if len(self.open) >= MAX_DEPTH:
            raise UnreadableYaml(
                self.problem(
                    line,
                    f"вложенность больше {MAX_DEPTH}; уберите лишние уровни",
                    f"more than {MAX_DEPTH} levels deep; remove some",
                )
            )
        self.open.append(_Open(path=self._put(tree, line), tree=tree))

    def _put(self, value: Tree, line: int) -> Path:
        """Put a value where it belongs and return its path; a second value of a key is read and dropped."""
        if not self.open:
            self.root = value
            return ()
        around = self.open[-1]
        if isinstance(around.tree, list):
            path = (*around.path, len(around.tree))
            self.lines.setdefault(path, line)
            around.tree.append(value)
            return path
        key = around.key or ""
        around.key = None
        around.tree.setdefault(key, value)
        return (*around.path, key)


def read_yaml(text: str, file: str) -> tuple[Document, list[Problem]]:
    """Read YAML text; returns the document and its duplicate keys as problems. Raises UnreadableYaml."""
    if len(text) > MAX_CHARACTERS:
        raise UnreadableYaml(
            Problem(
                file,
                1,
                f"файл больше {MAX_CHARACTERS // 1024} тысяч знаков; разделите или сократите его",
                f"the file has more than {MAX_CHARACTERS // 1024} thousand characters; split it or shorten it",
            )
        )
    reading = _Reading(file=file)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            reading.take(event)
    except yaml.YAMLError as error:
        raise UnreadableYaml(_syntax(error, text, file)) from None
    if reading.root is None:
        raise UnreadableYaml(
            Problem(
                file,
                1,
                "файл пуст; опишите в нём процесс или организацию",
                "the file is empty; describe a process or an organisation in it",
            )
        )
    return Document(file=file, tree=reading.root, lines=reading.lines), reading.problems


_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """Return the YAML parser's error as a problem in words for people."""
    if bad := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        sign = f"U+{ord(bad.group()):04X}"
        return Problem(
            file, line, f"непечатный знак {sign}; удалите его", f"an unprintable character {sign}; delete it"
        )
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    lines = text.splitlines()
    at = min(mark.line if mark else 0, max(len(lines) - 1, 0))
    context = getattr(error, "context_mark", None)
    trouble = str(getattr(error, "problem", ""))
    here = lines[at] if lines else ""
    if "\t" in here[: len(here) - len(here.lstrip())] or (mark and "\t" in here[mark.column : mark.column + 1]):
        ru, en = "знак табуляции в отступе; замените его пробелами", "a tab in the indentation; replace it with spaces"
    elif "mapping values are not allowed" in trouble:
        ru = "лишнее двоеточие или сбит отступ; текст с двоеточием возьмите в кавычки, ключ поставьте вровень с другими"
        en = "a colon too many or a wrong indentation; put a text with a colon in quotes, align the key with the others"
    elif "end of stream" in trouble and "quoted" in str(getattr(error, "context", "")):
        at = context.line if context else at
        ru, en = "кавычка не закрыта; закройте её", "a quotation mark is not closed; close it"
    elif "flow" in str(getattr(error, "context", "")):
        at = context.line if context else at
        ru = "скобка не закрыта или нет запятой; закройте скобку, а текст со знаками , : { } [ ] возьмите в кавычки"
        en = "a bracket is not closed or a comma is missing; close it, and put a text with , : { } [ ] in quotes"
    elif "cannot start any token" in trouble:
        ru = "с этого знака значение начинаться не может; возьмите текст в кавычки"
        en = "a value cannot begin with this character; put the text in quotes"
    else:
        ru = "YAML здесь не читается; проверьте отступы (пробелами, вровень с соседними ключами), двоеточия и кавычки"
        en = "the YAML cannot be read here; check the indentation (spaces, aligned with the others), colons and quotes"
    return Problem(file, at + 1, ru, en)
