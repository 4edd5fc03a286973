"""The settings of an installation, read from the environment and `.env`: the only place that reads either."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

import templates
from workflows.domain.text import Language

ENV_FILE = Path(".env")
TELEGRAM = "https://api.telegram.org"
"""Telegram's public server; a self-hosted one may have other rules."""


class SettingsProblem(Exception):
    """Wrong settings; the text names each wrong variable and how to correct it, in both languages, without secrets."""


def _database_url(url: str) -> str:
    """Return *url* with the driver that Handover uses; raises ValueError for another database or one kept in memory."""
    scheme, separator, rest = url.strip().partition("://")
    match scheme:
        case "sqlite" | "sqlite+aiosqlite":
            path = rest.partition("?")[0]
            if not path.startswith("/") or path in {"/", "/:memory:"}:
                raise ValueError("no file")
            return f"sqlite+aiosqlite://{rest}"
        case "postgres" | "postgresql" | "postgresql+asyncpg" if separator and rest:
            # asyncpg knows libpq's sslmode by the name ssl.
            return f"postgresql+asyncpg://{re.sub(r'(?<=[?&])sslmode=', 'ssl=', rest)}"
    raise ValueError("unknown scheme")


def _web_address(url: str) -> str:
    """Return an http(s) *url* without its last slash; raises ValueError for anything else."""
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not a web address")
    return url.strip().rstrip("/")


def _zone(name: object) -> ZoneInfo:
    """Return the time zone called *name*; raises ValueError when the time zone database has none."""
    if isinstance(name, ZoneInfo):
        return name
    try:
        return ZoneInfo(str(name).strip())
    except (ValueError, OSError, LookupError) as error:
        raise ValueError("unknown zone") from error


def _company(path: object) -> Path:
    """Return the folder of a company pack: as given, or in the installed templates when it does not exist here."""
    given = Path(str(path)).expanduser()
    if not given.exists() and given.parts[:1] == ("templates",):
        return templates.FOLDER.joinpath(*given.parts[1:])
    return given


def _secret(pattern: str) -> BeforeValidator:
    """Return a validator that requires a secret to match *pattern* as a whole."""

    def matching(value: object) -> str:
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        if not re.fullmatch(pattern, text.strip()):
            raise ValueError("not of the expected form")
        return text.strip()

    return BeforeValidator(matching)


WebAddress = Annotated[str, BeforeValidator(_web_address)]


class Settings(BaseSettings):
    """The settings of an installation; each is named like its environment variable in lower case."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    database_url: Annotated[str, BeforeValidator(_database_url)] = Field(
        default="sqlite+aiosqlite:///var/handover.db", repr=False
    )
    company: Annotated[Path, BeforeValidator(_company)] = Path("templates/companies/inplat")
    locale: Literal["ru", "en"] = "ru"
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("Europe/Moscow")

    telegram_bot_token: Annotated[SecretStr, _secret(r"\d+:\S+")] | None = None
    telegram_api_url: WebAddress = TELEGRAM
    telegram_webhook_secret: Annotated[SecretStr, _secret(r"[A-Za-z0-9_-]{1,256}")] | None = None

    slack_bot_token: Annotated[SecretStr, _secret(r"xoxb-\S+")] | None = None
    slack_app_token: Annotated[SecretStr, _secret(r"xapp-\S+")] | None = None
    slack_signing_secret: Annotated[SecretStr, _secret(r"\S+")] | None = None
    slack_api_url: WebAddress = "https://slack.com/api"
    slack_command: Annotated[str, Field(pattern=r"^/[a-z0-9_-]{1,31}$")] = "/handover"

    web_host: Annotated[str, Field(pattern=r"^\S+$")] = "127.0.0.1"
    web_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: WebAddress | None = None
    secret_key: Annotated[SecretStr, _secret(r".{16,}")] | None = None

    @property
    def language(self) -> Language:
        """Return the company's language."""
        return Language(self.locale)

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        """Return the settings; raises when one lacks another that it needs."""
        if self.telegram_webhook_secret and not self.public_url:
            raise _incomplete(
                "PUBLIC_URL",
                ru="не задан, а TELEGRAM_WEBHOOK_SECRET задан. Укажите адрес, по которому Telegram видит эту "
                "программу, или уберите TELEGRAM_WEBHOOK_SECRET: тогда она опрашивает Telegram сама",
                en="is not set although TELEGRAM_WEBHOOK_SECRET is. Give the address at which Telegram reaches this "
                "program, or remove TELEGRAM_WEBHOOK_SECRET: then it polls Telegram itself",
            )
        if (
            self.telegram_webhook_secret
            and (self.public_url or "").startswith("http:")
            and self.telegram_api_url == TELEGRAM
        ):
            raise _incomplete(
                "PUBLIC_URL",
                ru="начинается с http://, а Telegram приносит обновления только по https://. Укажите адрес с https:// "
                "или уберите TELEGRAM_WEBHOOK_SECRET: тогда программа опрашивает Telegram сама",
                en="begins with http://, but Telegram brings updates over https:// only. Give an address with https:// "
                "or remove TELEGRAM_WEBHOOK_SECRET: then the program polls Telegram itself",
            )
        if self.slack_bot_token and not (self.slack_app_token or self.slack_signing_secret):
            raise _incomplete(
                "SLACK_APP_TOKEN",
                ru="не задан, и SLACK_SIGNING_SECRET тоже, а SLACK_BOT_TOKEN задан. Укажите SLACK_APP_TOKEN (Socket "
                "Mode) или SLACK_SIGNING_SECRET (HTTP), иначе Slack не сможет передать нажатия",
                en="is not set, nor is SLACK_SIGNING_SECRET, although SLACK_BOT_TOKEN is. Set SLACK_APP_TOKEN (Socket "
                "Mode) or SLACK_SIGNING_SECRET (HTTP), or Slack has no way to pass on what people press",
            )
        return self


def load_settings(env_file: Path | None = ENV_FILE) -> Settings:
    """Read the environment, then *env_file* for what is not set there; raises SettingsProblem for a wrong value."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        # The cause holds the values as they were typed, secrets among them.
        raise _problem([_explain(cast(Mapping[str, Any], each)) for each in error.errors()]) from None
    except (SettingsError, UnicodeDecodeError, OSError):
        raise _problem(
            [
                (
                    str(env_file),
                    "не читается. Сохраните файл в кодировке UTF-8 строками вида ИМЯ=значение",
                    "cannot be read. Save the file as UTF-8 with lines of the form NAME=value",
                )
            ]
        ) from None


_A_WEB_ADDRESS = (
    "ожидается адрес, начинающийся с http:// или https://, без параметров, например https://handover.example.com",
    "give an address that begins with http:// or https:// and has no parameters, such as https://handover.example.com",
)
_EXPECTED: Mapping[str, tuple[str, str]] = {
    "DATABASE_URL": (
        "ожидается sqlite+aiosqlite:///путь/к/файлу.db или postgresql+asyncpg://пользователь:пароль@сервер/база",
        "give sqlite+aiosqlite:///path/to/file.db or postgresql+asyncpg://user:password@server/database",
    ),
    "LOCALE": ("ожидается ru или en", "give ru or en"),
    "TIMEZONE": (
        "такого часового пояса нет. Укажите имя из базы IANA, например Europe/Moscow или Asia/Yekaterinburg",
        "there is no such time zone. Give a name of the IANA database, such as Europe/Moscow or Europe/London",
    ),
    "TELEGRAM_BOT_TOKEN": (
        "ожидается токен вида 123456:ABC…, его выдаёт @BotFather",
        "give a token of the form 123456:ABC…, as @BotFather hands it out",
    ),
    "TELEGRAM_API_URL": _A_WEB_ADDRESS,
    "TELEGRAM_WEBHOOK_SECRET": (
        "ожидается от 1 до 256 знаков: латинские буквы, цифры, «_» и «-»",
        "give 1 to 256 characters: Latin letters, digits, _ and -",
    ),
    "SLACK_BOT_TOKEN": (
        "ожидается токен, начинающийся с xoxb- (страница приложения Slack, OAuth & Permissions)",
        "give the token that begins with xoxb- (page of the Slack app, OAuth & Permissions)",
    ),
    "SLACK_APP_TOKEN": (
        "ожидается токен, начинающийся с xapp- (страница приложения Slack, Basic Information)",
        "give the token that begins with xapp- (page of the Slack app, Basic Information)",
    ),
    "SLACK_SIGNING_SECRET": (
        "ожидается Signing Secret без пробелов (страница приложения Slack, Basic Information)",
        "give the Signing Secret without spaces (page of the Slack app, Basic Information)",
    ),
    "SLACK_API_URL": _A_WEB_ADDRESS,
    "SLACK_COMMAND": (
        "ожидается «/» и до 31 строчной латинской буквы, цифры, «_» или «-», например /handover",
        "give / and up to 31 lower-case Latin letters, digits, _ or -, such as /handover",
    ),
    "WEB_HOST": (
        "ожидается адрес без пробелов, например 127.0.0.1 или 0.0.0.0",
        "give an address without spaces, such as 127.0.0.1 or 0.0.0.0",
    ),
    "WEB_PORT": (
        "ожидается целое число от 0 до 65535 (0 — любой свободный порт), например 8080",
        "give a whole number from 0 to 65535 (0 takes any free port), such as 8080",
    ),
    "PUBLIC_URL": _A_WEB_ADDRESS,
    "COMPANY": (
        "ожидается путь к папке компании, например templates/companies/inplat",
        "give the path of a company's folder, such as templates/companies/inplat",
    ),
    "SECRET_KEY": (
        "ожидается не меньше 16 знаков; уберите строку, и ключ будет создан сам",
        "give at least 16 characters; without the line a key is made for you",
    ),
}
# Their values are not printed: a database address carries a password.
_SECRET_VARIABLES = {
    "DATABASE_URL",
    "SECRET_KEY",
    "SLACK_APP_TOKEN",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_WEBHOOK_SECRET",
}


def _incomplete(variable: str, *, ru: str, en: str) -> PydanticCustomError:
    return PydanticCustomError("incomplete", "incomplete", {"variable": variable, "ru": ru, "en": en})


def _explain(error: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return one error of pydantic as (variable, what is wrong in Russian, in English)."""
    if error["type"] == "incomplete":
        context = error["ctx"]
        return context["variable"], context["ru"], context["en"]
    variable = str(error["loc"][0]).upper()
    ru, en = _EXPECTED[variable]
    if variable in _SECRET_VARIABLES:
        return variable, f"значение не подходит: {ru}", f"the value does not fit: {en}"
    return (
        variable,
        f"значение «{error['input']}» не подходит: {ru}",
        f"the value “{error['input']}” does not fit: {en}",
    )


def _problem(explanations: list[tuple[str, str, str]]) -> SettingsProblem:
    lines = [
        "Настройки с ошибкой, программа не запущена. Исправьте переменные окружения или файл .env и запустите снова:",
        *(f"  {variable}: {ru}." for variable, ru, _ in explanations),
        "",
        "Wrong settings, the program has not started. Mend the environment or the file .env and start again:",
        *(f"  {variable}: {en}." for variable, _, en in explanations),
    ]
    return SettingsProblem("\n".join(lines))
