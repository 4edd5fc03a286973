"""The course for authors, and the prose that becomes a process: every step is sound, can be walked to its end, and
shows its own picture.

`python -m tests.definitions.test_course` draws the pictures anew.
"""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.command_line.cli import program
from bot.rendering.pictures.process_picture import process_svg
from workflows.definitions.load import load_company
from workflows.domain.ids import ProcessId
from workflows.domain.text import Language

pytestmark = pytest.mark.system

COURSE = Path(__file__).parents[2] / "docs" / "processes" / "course"
STEPS = sorted(path for path in COURSE.iterdir() if path.is_dir())
PROSE = COURSE.parent / "from_prose"
SENTENCES = sorted(path for path in PROSE.iterdir() if path.is_dir())


def process_of(step: Path) -> str:
    """Return the process with which a walk through a step begins."""
    names = sorted(path.stem for path in (step / "workflows").iterdir())
    return "order" if "order" in names else names[0]


def drawn_in(step: Path) -> str:
    """Return the process whose picture a step has."""
    return "closing" if step in SENTENCES else process_of(step)


def picture(step: Path) -> str:
    company = load_company(step)
    return process_svg(company.definitions[ProcessId(drawn_in(step))], company.organisation, Language.RU)


@pytest.mark.parametrize("step", [*STEPS, *SENTENCES], ids=lambda step: step.name)
def test_a_step_can_be_walked_to_an_end(step: Path) -> None:
    result = CliRunner().invoke(
        program, ["try", process_of(step), "--company", str(step)], input=(step / "walk.txt").read_text()
    )

    assert result.exit_code == 0, result.output
    assert "Проход закончен" not in result.output
    assert "ждёт" not in result.output.splitlines()[-1]
    assert re.match(r"[A-Z]+-1: ", result.output.splitlines()[-1])


@pytest.mark.parametrize("step", [*STEPS, *SENTENCES], ids=lambda step: step.name)
def test_the_picture_of_a_step_shows_what_it_says(step: Path) -> None:
    assert (step / f"{drawn_in(step)}.svg").read_text() == picture(step), "run python -m tests.definitions.test_course"


def test_the_course_speaks_of_every_step() -> None:
    words = (COURSE.parent / "course.md").read_text()

    assert [
        step.name
        for step in STEPS
        if f"({step.relative_to(COURSE.parent)}/workflows/{process_of(step)}.yaml)" not in words
    ] == []


def test_what_is_quoted_of_the_steps_of_the_prose_stands_in_their_files() -> None:
    words = PROSE.with_suffix(".md").read_text(encoding="utf-8")
    quoted = re.findall(r"<!-- (\S+) -->\n```yaml\n(.+?)```", words, re.DOTALL)

    assert len(quoted) == words.count("```yaml") > len(SENTENCES)
    for file, lines in quoted:
        assert lines in (PROSE.parent / file).resolve().read_text(encoding="utf-8"), lines


if __name__ == "__main__":
    for folder in (*STEPS, *SENTENCES):
        (folder / f"{drawn_in(folder)}.svg").write_text(picture(folder))
