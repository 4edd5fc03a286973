"""The course for authors: every step is sound, can be walked to its end, and shows its own picture.

`python -m tests.definitions.test_course` draws the pictures anew.
"""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import program
from bot.rendering.pictures.process_picture import process_svg
from workflows.definitions.load import load_company
from workflows.domain.text import Language

pytestmark = pytest.mark.system

COURSE = Path(__file__).parents[2] / "docs" / "processes" / "course"
STEPS = sorted(path for path in COURSE.iterdir() if path.is_dir())


def picture(step: Path) -> str:
    company = load_company(step)
    (definition,) = (each for each in company.definitions.values() if each.id == "order")
    return process_svg(definition, company.organisation, Language.RU)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_can_be_walked_to_an_end(step: Path) -> None:
    result = CliRunner().invoke(
        program, ["try", "order", "--company", str(step)], input=(step / "walk.txt").read_text()
    )

    assert result.exit_code == 0, result.output
    assert "Проход закончен" not in result.output
    assert "ждёт" not in result.output.splitlines()[-1]
    assert result.output.splitlines()[-1].startswith("ORD-1: ")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_the_picture_of_a_step_shows_what_it_says(step: Path) -> None:
    assert (step / "order.svg").read_text() == picture(step), "run python -m tests.definitions.test_course"


def test_the_course_speaks_of_every_step() -> None:
    words = (COURSE.parent / "course.md").read_text()

    assert [
        step.name for step in STEPS if f"({step.relative_to(COURSE.parent)}/workflows/order.yaml)" not in words
    ] == []


if __name__ == "__main__":
    for folder in STEPS:
        (folder / "order.svg").write_text(picture(folder))
