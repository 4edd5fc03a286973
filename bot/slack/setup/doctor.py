"""Checks an installation: what keeps Slack from working, in both languages."""

from collections.abc import AsyncIterator, Iterable

from bot.slack.api.addresses import PLATFORM, channel_of
from bot.slack.api.client import Api
from bot.slack.setup.manifest import SCOPES
from workflows.ports.chat import ChatError, platform_of
from workflows.ports.platforms import DepartmentChat

INVITE = "Верните приложение в канал: /invite @Handover. / Bring the app back into the channel."
ADVICE = {
    "is_archived": "Верните канал из архива или привяжите другой. / Unarchive the channel or bind another.",
    "ratelimited": "Повторите проверку через минуту. / Check again in a minute.",
}
"""What repairs a channel, where that is not an invitation."""


async def problems(api: Api, bindings: Iterable[DepartmentChat], app_token: str | None) -> AsyncIterator[str]:
    """Yield what is wrong with the token, its scopes, Socket Mode and each bound channel, and how to repair it."""
    try:
        granted = await api.scopes()
    except ChatError as problem:
        yield (
            f"auth.test: {problem.code}. Проверьте SLACK_BOT_TOKEN и установите приложение заново. / "
            "Check SLACK_BOT_TOKEN and install the app again."
        )
        return
    for scope in SCOPES:
        if scope not in granted:
            yield (
                f"{scope}: право не выдано, добавьте его и установите приложение заново. / "
                "scope not granted, add it and install the app again."
            )
    if app_token is not None:
        try:
            await api.call("apps.connections.open", app_token=app_token)
        except ChatError as problem:
            yield (
                f"Socket Mode: {problem.code}. Проверьте SLACK_APP_TOKEN с правом connections:write. / "
                "Check SLACK_APP_TOKEN with the scope connections:write."
            )
    for binding in bindings:
        if platform_of(binding.chat) == PLATFORM and (trouble := await _trouble(api, channel_of(binding.chat))):
            yield f"#{binding.title} ({binding.department}): {trouble}. {ADVICE.get(trouble, INVITE)}"


async def _trouble(api: Api, channel: str) -> str | None:
    try:
        found = (await api.call("conversations.info", channel=channel))["channel"]
    except ChatError as problem:
        return problem.code
    if found.get("is_archived"):
        return "is_archived"
    return None if found.get("is_member") else "not_in_channel"
