"""Starting the program as an operator does: it starts, or prints in one clear sentence why not and what to do."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import typer

import templates
from bot.command_line import verbs
from bot.command_line.checking import check_company
from bot.host.settings import Settings
from workflows.domain.text import Language

pytestmark = pytest.mark.system

START_WITHIN = 30.0


def environment(**values: str) -> dict[str, str]:
    """Return an environment with our settings alone beside what any program needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV") if name in os.environ}
    return kept | {"PYTHONPATH": str(templates.FOLDER.parent), "WEB_PORT": "0"} | values


def handover(folder: Path, *words: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Run a verb to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=environment(**values),
        capture_output=True,
        text=True,
        timeout=START_WITHIN,
        check=False,
    )


@contextmanager
def started(folder: Path, *words: str) -> Iterator[str]:
    """Provide the address of a running program, which is a demo without *words*."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", *(words or ("demo",))],
        cwd=folder,
        env=environment(),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStart:
    """What a demo in an empty folder showed, and the folder as it left it."""

    folder: Path
    page: httpx.Response
    ready: httpx.Response


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> FirstStart:
    """A demo that was started and told to stop."""
    folder = tmp_path_factory.mktemp("demo")
    with started(folder) as address:
        return FirstStart(folder=folder, page=httpx.get(address), ready=httpx.get(f"{address}readyz"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A program that runs for a company, and a code by which Anna was invited before it started."""

    folder: Path
    address: str
    code: str


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A running program without the demonstration."""
    folder = tmp_path_factory.mktemp("run")
    invited = handover(folder, "invite", "anna")
    with started(folder, "run") as address:
        yield Company(folder=folder, address=address, code=invited.stdout.strip().rsplit("/", 1)[1])


def test_the_demo_comes_up_and_stops_when_told(first_start: FirstStart) -> None:
    assert first_start.page.status_code == 200
    assert "ИнПлат" in first_start.page.text
    assert first_start.ready.json() == {"status": "ready"}
    assert (first_start.folder / "var" / "demo-inplat.db").is_file()
    # What was written is in the one file that somebody may copy now.
    assert not list((first_start.folder / "var").glob("demo-inplat.db-*"))


def test_the_secret_of_the_sessions_is_for_its_owner_alone(first_start: FirstStart) -> None:
    assert (first_start.folder / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_second_start_comes_up_on_what_the_first_left(first_start: FirstStart, tmp_path: Path) -> None:
    shutil.copytree(first_start.folder / "var", tmp_path / "var")

    with started(tmp_path) as address:
        assert httpx.get(address).status_code == 200


def test_the_demo_of_a_company_leads_to_the_samples_which_start_when_chosen(tmp_path: Path) -> None:
    shutil.copytree(templates.FOLDER / "companies" / "inplat", tmp_path / "own")

    with started(tmp_path, "demo", "own") as address, httpx.Client(follow_redirects=True) as browser:
        own, chosen = browser.get(address), browser.get(f"{address}companies/inplat")
        chosen_again = browser.get(f"{address}companies/inplat")
        there = str(chosen.url)
        back = browser.get(f"{there}companies/own")
        unknown = browser.get(f"{address}companies/nowhere")

    assert "/companies/inplat" in own.text
    assert "Анна Соколова" in chosen.text
    assert there != address
    assert str(chosen_again.url) == there
    assert str(back.url) == address
    assert unknown.status_code == 404
    assert {path.name for path in (tmp_path / "var").glob("*.db")} == {"demo-own.db", "demo-inplat.db"}


def test_a_demo_of_no_company_names_those_that_there_are(tmp_path: Path) -> None:
    ended = handover(tmp_path, "demo", "inplatt")

    assert ended.returncode == 1
    assert "возможно, имелось в виду «inplat»" in ended.stderr


def test_without_the_demo_there_is_no_picker(company: Company) -> None:
    page = httpx.get(company.address)

    assert "Анна" not in page.text
    assert (company.folder / "var" / "handover.db").is_file()


def test_an_invitation_lets_its_person_in_once(company: Company) -> None:
    origin = company.address.rstrip("/")
    headers = {"HX-Request": "true", "Origin": origin}
    first = httpx.post(f"{origin}/enter/{company.code}", headers=headers)
    second = httpx.post(f"{origin}/enter/{company.code}", headers=headers)

    assert "set-cookie" in first.headers
    assert "set-cookie" not in second.headers


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


def settings(folder: Path, **more: object) -> Settings:
    """Make the settings of a program that would work in *folder* on a free port."""
    given = {
        "database_url": f"sqlite:///{folder / 'handover.db'}",
        "web_port": 0,
        "secret_key": "nothing is secret here",
        **more,
    }
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]  # pydantic checks them


def refusal(verb: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the sentence with which a verb refuses to begin; fails when it begins, or raises anything else."""
    with pytest.raises(typer.Exit) as ended:
        verb()
    printed = capsys.readouterr()
    assert (ended.value.exit_code, "Handover" in printed.out) == (1, False)
    return printed.err


def test_nobody_can_be_invited_who_does_not_work_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = refusal(lambda: verbs.print_invitation(settings(tmp_path), "nobody"), capsys)

    assert "organisation.yaml" in told


@pytest.mark.parametrize("url", ["postgresql://nobody:secretword@127.0.0.1:1/none", "sqlite:////proc/none/handover.db"])
def test_a_database_that_cannot_be_reached_is_said_without_its_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    told = refusal(lambda: verbs.serve(settings(tmp_path, database_url=url), demo=False), capsys)

    assert "DATABASE_URL" in told
    assert "secretword" not in told


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verbs.upgrade_database(settings(tmp_path))
    with closing(sqlite3.connect(tmp_path / "handover.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    capsys.readouterr()

    assert "newer" in refusal(lambda: verbs.serve(settings(tmp_path), demo=False), capsys)


def test_a_company_with_a_problem_never_starts_and_names_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "company"
    shutil.copytree(templates.FOLDER / "companies" / "inplat", pack)
    process = pack / "workflows" / "client_onboarding.yaml"
    process.write_text(
        process.read_text(encoding="utf-8").replace("department: sales", "department: slaes", 1), "utf-8"
    )

    told = refusal(lambda: verbs.serve(settings(tmp_path, company=pack), demo=False), capsys)
    found = check_company(pack, Language.EN)

    assert "client_onboarding.yaml:" in told
    assert (found, "sales" in capsys.readouterr().out) == (1, True)
    assert not (tmp_path / "handover.db").exists()


def test_a_company_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere" in refusal(lambda: verbs.serve(settings(tmp_path, company="nowhere"), demo=False), capsys)
