"""Broken files, each with the one problem that it gives: a text file for each company that is broken.

A case is a title (`##`), the file (`@`), what is changed in it (lines with `-` become those with `+`, others say
where), and the problem in Russian and in English (`!`). `python -m tests.definitions.broken` writes the problems anew:
read them before you keep them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.definitions.pack import FILES
from workflows.definitions.load import check_company
from workflows.definitions.problems import Problem
from workflows.domain.text import Language

HERE = Path(__file__).parent
KEYS = HERE.parents[2] / "docs" / "processes" / "keys"
BELL = "<U+0007>"
"""Stands for a character that a text file should not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Lines of a file that others take the place of."""

    file: str
    lines: tuple[str, ...]

    def applied_to(self, text: str) -> str:
        """Return the text with the change; what is taken out of it is there once."""
        before, after = self._text(" -"), self._text(" +")
        if not before:
            return after
        at = f"\n{text}"
        assert at.count(f"\n{before}") == 1, f"{self.file} has {at.count(before)} times:\n{before}"
        return at.replace(f"\n{before}", f"\n{after}").removeprefix("\n")

    def _text(self, signs: str) -> str:
        return "".join(f"{line[2:]}\n" for line in self.lines if line[0] in signs).replace(BELL, "\x07")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A company that is broken: `company` is the name of its file here, `said` the problem in both languages."""

    story: str
    company: str
    changes: tuple[Change, ...] = ()
    said: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return self.story

    def problems(self) -> list[Problem]:
        """Check the broken company, its files named from its folder."""
        files = dict(_sound(self.company))
        for change in self.changes:
            files[change.file] = change.applied_to(files.get(change.file, ""))
        with TemporaryDirectory() as name:
            folder = Path(name)
            for file, text in files.items():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                (folder / file).write_text(text, encoding="utf-8")
            here = f"{folder}/"
            return [
                replace(p, file=p.file.replace(here, ""), ru=p.ru.replace(here, ""), en=p.en.replace(here, ""))
                for p in check_company(folder)
            ]

    def found(self) -> tuple[str, ...]:
        """Return the problems as they are said, each in Russian and in English."""
        return tuple(each.in_(language) for each in self.problems() for language in (Language.RU, Language.EN))


def _sound(company: str) -> Mapping[str, str]:
    """Return the files of a company before it is broken."""
    if company == "daisy":
        return FILES
    return {str(path.relative_to(KEYS)): path.read_text(encoding="utf-8") for path in sorted(KEYS.rglob("*.*"))}


def read() -> Iterator[Broken]:
    """Iterate over all cases, in the order of the files."""
    for path in sorted(HERE.glob("*.txt")):
        for case in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            story, *lines = case.rstrip("\n").split("\n")
            changes: list[Change] = []
            for line in lines:
                if line.startswith("@ "):
                    changes.append(Change(file=line[2:], lines=()))
                elif line and line[0] in " -+":
                    changes[-1] = replace(changes[-1], lines=(*changes[-1].lines, line.ljust(2)))
            said = tuple(line[2:] for line in lines if line.startswith("! "))
            yield Broken(story=story, company=path.stem, changes=tuple(changes), said=said)


def write() -> None:
    """Write every case with the problems that it gives now."""
    texts: dict[str, list[str]] = {}
    for case in read():
        lines = [f"## {case.story}"]
        for change in case.changes:
            lines += [f"@ {change.file}", *(line.rstrip() or line[0] for line in change.lines)]
        texts.setdefault(case.company, []).append("\n".join([*lines, *(f"! {each}" for each in case.found())]) + "\n")
    for company, cases in texts.items():
        (HERE / f"{company}.txt").write_text("\n".join(cases), encoding="utf-8")
