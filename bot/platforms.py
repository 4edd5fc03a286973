"""The chat platforms that the settings name."""

from collections.abc import Iterator

from bot.adapter import Core, Platform
from bot.host.settings import Settings
from bot.tuning import Tuning


def platforms_of(settings: Settings, core: Core, tuning: Tuning) -> Iterator[Platform]:
    """Yield the platforms whose tokens are set; their libraries are imported only then."""
    if settings.telegram_bot_token is not None:
        from bot.telegram.run import TelegramPlatform, TelegramSettings

        secret = settings.telegram_webhook_secret
        yield TelegramPlatform(
            TelegramSettings(
                token=settings.telegram_bot_token.get_secret_value(),
                api_url=settings.telegram_api_url,
                public_url=settings.public_url,
                secret=None if secret is None else secret.get_secret_value(),
            ),
            core,
            tuning.telegram,
        )
    if settings.slack_bot_token is not None:
        from bot.slack.run import SlackPlatform, SlackSettings

        app_token, signing_secret = settings.slack_app_token, settings.slack_signing_secret
        yield SlackPlatform(
            SlackSettings(
                token=settings.slack_bot_token.get_secret_value(),
                api_url=settings.slack_api_url,
                command=settings.slack_command,
                app_token=None if app_token is None else app_token.get_secret_value(),
                signing_secret=None if signing_secret is None else signing_secret.get_secret_value(),
            ),
            core,
            tuning.slack,
        )
