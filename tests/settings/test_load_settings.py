"""How the settings are read, and how mistakes in them are reported to the person who starts the program."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import templates
from bot.bootstrap import web_address
from bot.host.settings import Settings, SettingsProblem, load_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _a_clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def settings_of(tmp_path: Path, *lines: str) -> Settings:
    """Load the settings from a `.env` file of these lines alone."""
    env_file = tmp_path / ".env"
    env_file.write_text("\n".join(lines), encoding="utf-8")
    return load_settings(env_file)


def problem_of(tmp_path: Path, *lines: str) -> str:
    """Load a `.env` file of these lines and return how its mistakes are reported."""
    with pytest.raises(SettingsProblem) as caught:
        settings_of(tmp_path, *lines)
    return str(caught.value)


def test_nothing_need_be_set() -> None:
    settings = load_settings()

    assert settings.database_url == "sqlite+aiosqlite:///var/handover.db"
    assert settings.company == templates.FOLDER / "companies" / "inplat"
    assert settings.locale == "ru"
    assert settings.timezone == ZoneInfo("Europe/Moscow")
    assert (settings.web_host, settings.web_port) == ("127.0.0.1", 8080)
    assert settings.telegram_bot_token is None
    assert settings.slack_bot_token is None
    assert settings.secret_key is None


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WEB_PORT", "9001")

    settings = settings_of(tmp_path, "WEB_PORT=9002", "LOCALE=en")

    assert settings.web_port == 9001
    assert settings.locale == "en"


def test_the_example_names_every_setting_and_changes_none() -> None:
    named = set(re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))

    assert named == {name.upper() for name in Settings.model_fields}
    assert load_settings(EXAMPLE) == load_settings(None)


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("LOCALE=en\n", encoding="utf-8-sig")

    assert load_settings(env_file).locale == "en"


def test_a_file_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("COMPANY=компания\n", encoding="utf-16")

    with pytest.raises(SettingsProblem, match=re.escape(str(env_file))):
        load_settings(env_file)


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("sqlite:///data/x.db", "sqlite+aiosqlite:///data/x.db"),
        ("sqlite:////srv/x.db", "sqlite+aiosqlite:////srv/x.db"),
        ("postgres://u:p@db/handover", "postgresql+asyncpg://u:p@db/handover"),
        ("postgresql://u:p@db/handover?sslmode=require", "postgresql+asyncpg://u:p@db/handover?ssl=require"),
        ("postgresql+asyncpg://u@db/handover", "postgresql+asyncpg://u@db/handover"),
    ],
)
def test_a_database_address_gets_the_driver_we_use(tmp_path: Path, given: str, understood: str) -> None:
    assert settings_of(tmp_path, f"DATABASE_URL={given}").database_url == understood


@pytest.mark.parametrize(
    "line",
    [
        "DATABASE_URL=mysql://u:p@db/handover",
        "DATABASE_URL=handover.db",
        "DATABASE_URL=sqlite:///:memory:",
        "DATABASE_URL=sqlite://",
        "DATABASE_URL=postgresql://",
        "LOCALE=de",
        "TIMEZONE=Mars/Olympus",
        "TIMEZONE=../../etc/passwd",
        "WEB_PORT=65536",
        "WEB_PORT=-1",
        "WEB_PORT=web",
        "PUBLIC_URL=handover.example.com",
        "PUBLIC_URL=ftp://handover.example.com",
        "PUBLIC_URL=https://",
        "PUBLIC_URL=http://[half",
        "TELEGRAM_API_URL=localhost:8081",
        "TELEGRAM_BOT_TOKEN=my-bot",
        "SLACK_BOT_TOKEN=xapp-1-swapped",
        "SLACK_APP_TOKEN=xoxb-1-swapped",
        "SLACK_COMMAND=handover",
        "SECRET_KEY=short",
    ],
)
def test_a_wrong_value_is_told_by_the_name_of_its_variable_in_both_languages(tmp_path: Path, line: str) -> None:
    russian, english = problem_of(tmp_path, line).split("\n\n")

    variable = line.partition("=")[0]
    assert f"  {variable}: значение" in russian
    assert f"  {variable}: the value" in english


def test_every_wrong_variable_is_told_at_once(tmp_path: Path) -> None:
    text = problem_of(tmp_path, "LOCALE=de", "WEB_PORT=web", "TIMEZONE=Mars/Olympus")

    assert "“de”" in text
    assert "“web”" in text
    assert "“Mars/Olympus”" in text


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("DATABASE_URL=mysql://u:hunter2@db/handover", "hunter2"),
        ("TELEGRAM_BOT_TOKEN=hunter2", "hunter2"),
        ("TELEGRAM_WEBHOOK_SECRET=hunter 2!", "hunter 2!"),
        ("SLACK_BOT_TOKEN=hunter2", "hunter2"),
        ("SLACK_APP_TOKEN=hunter2", "hunter2"),
        ("SLACK_SIGNING_SECRET=hunter 2", "hunter 2"),
        ("SECRET_KEY=hunter2", "hunter2"),
    ],
)
def test_a_wrong_secret_is_never_repeated(tmp_path: Path, line: str, secret: str) -> None:
    with pytest.raises(SettingsProblem) as caught:
        settings_of(tmp_path, line)

    assert secret not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_right_secrets_do_not_show_when_the_settings_are_printed(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        "DATABASE_URL=postgresql://u:hunter2@db/handover",
        "TELEGRAM_BOT_TOKEN=42:hunter2",
        "SECRET_KEY=hunter2hunter2hunter2",
    )

    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings)


def test_a_webhook_secret_asks_for_a_public_address(tmp_path: Path) -> None:
    text = problem_of(tmp_path, "TELEGRAM_WEBHOOK_SECRET=abc")

    assert "  PUBLIC_URL: не задан" in text
    assert "  PUBLIC_URL: is not set" in text
    together = settings_of(tmp_path, "TELEGRAM_WEBHOOK_SECRET=abc", "PUBLIC_URL=https://handover.example.com/")
    assert together.public_url == "https://handover.example.com"


def test_a_webhook_of_telegram_itself_asks_for_https(tmp_path: Path) -> None:
    lines = ["TELEGRAM_WEBHOOK_SECRET=abc", "PUBLIC_URL=http://handover.example.com"]

    text = problem_of(tmp_path, *lines)

    assert "  PUBLIC_URL: начинается с http://" in text
    assert "  PUBLIC_URL: begins with http://" in text
    of_ones_own = settings_of(tmp_path, *lines, "TELEGRAM_API_URL=http://127.0.0.1:8081")
    assert of_ones_own.public_url == "http://handover.example.com"


def test_a_slack_bot_asks_for_a_way_in(tmp_path: Path) -> None:
    assert "SLACK_APP_TOKEN: is not set" in problem_of(tmp_path, "SLACK_BOT_TOKEN=xoxb-1")
    assert settings_of(tmp_path, "SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1").slack_app_token
    assert settings_of(tmp_path, "SLACK_BOT_TOKEN=xoxb-1", "SLACK_SIGNING_SECRET=s").slack_signing_secret


def test_a_company_of_ones_own_is_taken_as_given(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()

    assert settings_of(tmp_path, f"COMPANY={mine}").company == mine


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://127.0.0.1:8080"),
        ("::1", "http://[::1]:8080"),
        ("10.0.0.7", "http://10.0.0.7:8080"),
    ],
)
def test_an_invitation_leads_to_an_address_that_a_browser_can_open(host: str, address: str) -> None:
    assert web_address(Settings(_env_file=None, web_host=host)) == address
    assert web_address(Settings(_env_file=None, web_host=host), 8123) == address.replace("8080", "8123")
    assert web_address(Settings(_env_file=None, public_url="https://handover.example"), 8123) == (
        "https://handover.example"
    )
