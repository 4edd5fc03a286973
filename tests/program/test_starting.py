"""Starting the program as an operator does: it starts, or prints in one clear sentence why not and what to do."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

import templates

pytestmark = pytest.mark.system

START_WITHIN = 30.0


def environment(**settings: str) -> dict[str, str]:
    """Return an environment with our settings alone beside what any program needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV") if name in os.environ}
    return kept | {"PYTHONPATH": str(templates.FOLDER.parent), "WEB_PORT": "0"} | settings


def handover(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a verb to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=START_WITHIN,
        check=False,
    )


@contextmanager
def started(folder: Path, verb: str = "demo", **settings: str) -> Iterator[str]:
    """Provide the address of a running program."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", verb],
        cwd=folder,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as program:
        assert program.stdout is not None
        line = program.stdout.readline()
        try:
            yield line.split(": ", 1)[1].split()[0]
        finally:
            program.terminate()
            assert program.wait(timeout=START_WITHIN) == 0


def test_the_demo_comes_up_and_stops_when_told(tmp_path: Path) -> None:
    with started(tmp_path) as address:
        page = httpx.get(address)
        ready = httpx.get(f"{address}readyz")

    assert page.status_code == 200
    assert "ИнПлат" in page.text
    assert ready.json() == {"status": "ready"}
    assert (tmp_path / "var" / "demo.db").is_file()
    # What was written is in the one file that somebody may copy now.
    assert not list((tmp_path / "var").glob("demo.db-*"))


def test_the_secret_of_the_sessions_is_for_its_owner_alone(tmp_path: Path) -> None:
    with started(tmp_path):
        pass

    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_without_the_demo_there_is_no_picker(tmp_path: Path) -> None:
    with started(tmp_path, "run") as address:
        page = httpx.get(address)

    assert "Анна" not in page.text
    assert (tmp_path / "var" / "handover.db").is_file()


def test_an_invitation_lets_its_person_in_once(tmp_path: Path) -> None:
    invited = handover(tmp_path, "invite", "anna")
    code = invited.stdout.strip().rsplit("/", 1)[1]

    with started(tmp_path, "run") as address:
        origin = address.rstrip("/")
        headers = {"HX-Request": "true", "Origin": origin}
        first = httpx.post(f"{origin}/enter/{code}", headers=headers)
        second = httpx.post(f"{origin}/enter/{code}", headers=headers)

    assert "set-cookie" in first.headers
    assert "set-cookie" not in second.headers


def test_nobody_can_be_invited_who_does_not_work_there(tmp_path: Path) -> None:
    invited = handover(tmp_path, "invite", "nobody")

    assert (invited.returncode, invited.stdout) == (1, "")
    assert "organisation.yaml" in invited.stderr


def test_a_port_that_is_taken_is_named_with_the_cure(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        outcome = handover(tmp_path, "demo", WEB_PORT=port)

    assert outcome.returncode == 1
    assert f"127.0.0.1:{port}" in outcome.stderr
    assert "WEB_PORT" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_wrong_setting_is_named_and_no_secret_is_shown(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WEB_PORT=eighty\nTELEGRAM_BOT_TOKEN=hush-hush\n", encoding="utf-8")

    outcome = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env={name: value for name, value in environment().items() if name != "WEB_PORT"},
        capture_output=True,
        text=True,
        timeout=START_WITHIN,
        check=False,
    )

    assert outcome.returncode == 2
    assert "WEB_PORT" in outcome.stderr
    assert "TELEGRAM_BOT_TOKEN" in outcome.stderr
    assert "hush-hush" not in outcome.stderr


@pytest.mark.parametrize("url", ["postgresql://nobody:secretword@127.0.0.1:1/none", "sqlite:////proc/none/handover.db"])
def test_a_database_that_cannot_be_reached_is_said_without_its_password(tmp_path: Path, url: str) -> None:
    outcome = handover(tmp_path, "run", DATABASE_URL=url)

    assert outcome.returncode == 1
    assert "DATABASE_URL" in outcome.stderr
    assert "secretword" not in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "newer.db"
    assert handover(tmp_path, "db", "upgrade", DATABASE_URL=f"sqlite:///{file}").returncode == 0
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    outcome = handover(tmp_path, "run", DATABASE_URL=f"sqlite:///{file}")

    assert outcome.returncode == 1
    assert "newer" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_company_with_a_problem_never_starts_and_names_the_line(tmp_path: Path) -> None:
    company = tmp_path / "company"
    shutil.copytree(templates.FOLDER / "companies" / "inplat", company)
    process = company / "workflows" / "client_onboarding.yaml"
    process.write_text(
        process.read_text(encoding="utf-8").replace("department: sales", "department: slaes", 1), "utf-8"
    )

    outcome = handover(tmp_path, "run", COMPANY=str(company))
    checked = handover(tmp_path, "check", str(company), LOCALE="en")

    assert (outcome.returncode, checked.returncode) == (1, 1)
    assert "client_onboarding.yaml:" in outcome.stderr
    assert "sales" in checked.stdout
    assert not (tmp_path / "var").exists()


def test_a_company_that_is_not_there_is_said(tmp_path: Path) -> None:
    outcome = handover(tmp_path, "run", COMPANY="nowhere")

    assert outcome.returncode == 1
    assert "nowhere" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_second_start_comes_up_on_what_the_first_left(tmp_path: Path) -> None:
    with started(tmp_path) as address:
        httpx.get(address)
    with started(tmp_path) as address:
        assert httpx.get(address).status_code == 200
