"""`handover people`: the kept organisation beside its file, without losing what people have changed."""

import asyncio
import shutil
from pathlib import Path

import pytest
import yaml

import templates
from bot import bootstrap
from bot.command_line import people_verbs
from bot.host.clock import SystemClock
from bot.host.settings import Settings
from workflows.definitions import load
from workflows.domain.organising.changes import edit
from workflows.domain.organising.register import Subject
from workflows.usecases.commits import Commits
from workflows.usecases.organising import CurrentOrganisation, Organising

pytestmark = pytest.mark.system


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of InPlat in a folder of its own, before its first start."""
    shutil.copytree(templates.FOLDER / "companies" / "inplat", tmp_path / "company")
    given = {
        "database_url": f"sqlite:///{tmp_path / 'handover.db'}",
        "company": tmp_path / "company",
        "secret_key": "nothing is secret here",
        "web_port": 0,
    }
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]  # pydantic checks them


def renamed_in_chat(settings: Settings, name: str) -> None:
    """Start, and let somebody change the name of Anna."""

    async def work() -> None:
        current = CurrentOrganisation(load.load_company(settings.company).organisation)
        async with bootstrap.open_database(settings) as (storage, queries):
            organising = Organising(
                storage=storage, queries=queries, current=current, clock=SystemClock(), commits=Commits()
            )
            await organising.take_in_file()
            await organising.change(
                lambda register: [edit(register, Subject.PERSON, "anna", name={"ru": name, "en": name})], by=None
            )

    asyncio.run(work())


def test_what_is_exported_is_an_organisation_file_that_differs_in_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed_in_chat(settings, "Инна")

    people_verbs.export(settings)
    (settings.company / "organisation.yaml").write_text(capsys.readouterr().out, encoding="utf-8")

    assert load.check_company(settings.company) == []
    assert people_verbs.print_differences(settings) == 0


def test_the_difference_is_told_and_the_file_counts_where_the_operator_says_so(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = yaml.safe_load((settings.company / "organisation.yaml").read_text(encoding="utf-8"))
    renamed_in_chat(settings, "Инна")

    assert people_verbs.print_differences(settings) == 1
    in_file = before["people"]["anna"]["name"]["ru"]
    assert capsys.readouterr().out == f"person.anna.name: Инна → {in_file}\n"
    people_verbs.apply_file(settings)
    assert people_verbs.print_differences(settings) == 0


def test_everybody_is_listed_with_where_they_have_entered(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed_in_chat(settings, "Инна")

    people_verbs.list_people(settings)

    lines = capsys.readouterr().out.splitlines()
    assert next(line for line in lines if line.startswith("anna\t")).split("\t")[1] == "Инна"
    assert all(line.count("\t") == 4 for line in lines)
