"""auth.test, users.info, bots.info."""

from .values import JSON, SlackRefusal
from .workspace import APP_ID, BOT_ID, TEAM_DOMAIN, TEAM_ID, Workspace


def auth_test(slack: Workspace, _args: JSON) -> JSON:
    """Who the token is."""
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": "InPlat",
        "user": slack.bot.username,
        "team_id": TEAM_ID,
        "user_id": slack.bot.id,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def users_info(slack: Workspace, args: JSON, *, sees_email: bool) -> JSON:
    """One person; *sees_email* is whether the token may see addresses."""
    profile = slack.profiles.get(args["user"])
    if profile is None:
        raise SlackRefusal("user_not_found")
    return {"user": profile.to_json(email=sees_email, locale=bool(args.get("include_locale")))}


def bots_info(slack: Workspace, args: JSON) -> JSON:
    """The app's own bot."""
    if args.get("bot") not in (None, BOT_ID):
        raise SlackRefusal("bot_not_found")
    bot: JSON = {"id": BOT_ID, "deleted": False, "name": slack.bot.name, "app_id": APP_ID, "user_id": slack.bot.id}
    return {"bot": bot}
