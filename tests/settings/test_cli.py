"""The program's verbs, as far as they are decided before anything starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bot.command_line.cli import program
from bot.command_line.help_in_russian import RUSSIAN, sentences

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]


def handover(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a person would, in *cwd*, with these variables set besides."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("verb", [["run"], ["demo"], ["check"], ["db", "upgrade"]])
def test_a_wrong_setting_is_told_without_a_traceback(tmp_path: Path, verb: list[str]) -> None:
    finished = handover(*verb, cwd=tmp_path, WEB_PORT="web")

    assert finished.returncode == 2
    assert "WEB_PORT: значение «web»" in finished.stderr
    assert "WEB_PORT: the value “web”" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_wrong_log_level_is_told_without_a_traceback(tmp_path: Path) -> None:
    finished = handover("run", "--log-level", "loud", cwd=tmp_path)

    assert finished.returncode == 2
    assert "--log-level" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_asking_for_help_imports_no_platform_and_no_database(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from bot.command_line.cli import program\n"
        "program(['--help'], standalone_mode=False)\n"
        "heavy = {'aiogram', 'slack_bolt', 'sqlalchemy', 'fastapi', 'jinja2', 'storage'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "core = {name for name in sys.modules if name.startswith('workflows.')}\n"
        "assert core <= {'workflows.domain', 'workflows.domain.text'}, core\n"
    )

    finished = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    for verb in ("demo", "run", "check", "schema", "db"):
        assert verb in finished.stdout


def test_every_sentence_of_the_help_is_there_in_russian() -> None:
    said = {each.help for each in sentences(typer.main.get_command(program)) if getattr(each, "help", None)}

    assert said - RUSSIAN.keys() == set()
    assert RUSSIAN.keys() - said == set()


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("ru", ["Пройти процесс здесь одному", "Имя процесса", "Показать эту справку"]),
        ("en", ["Walk through a process"]),
    ],
)
def test_the_help_speaks_the_language_of_the_installation(tmp_path: Path, locale: str, words: list[str]) -> None:
    finished = handover("try", "--help", cwd=tmp_path, LOCALE=locale)

    assert finished.returncode == 0
    assert [each for each in words if each not in finished.stdout] == []
