"""auth.test, users.*, bots.info."""

from .api_conversations import page
from .people import Profile
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


class Users:
    """users.*; *sees_email* is whether the token may see addresses."""

    def __init__(self, sees_email: bool) -> None:
        self._sees_email = sees_email

    def _json(self, profile: Profile, args: JSON) -> JSON:
        return profile.to_json(email=self._sees_email, locale=bool(args.get("include_locale")))

    def info(self, slack: Workspace, args: JSON) -> JSON:
        """One person."""
        profile = slack.profiles.get(args["user"])
        if profile is None:
            raise SlackRefusal("user_not_found")
        return {"user": self._json(profile, args)}

    def by_email(self, slack: Workspace, args: JSON) -> JSON:
        """The person with this address."""
        for profile in slack.profiles.values():
            if profile.email.lower() == args["email"].lower() and not profile.is_bot and not profile.deleted:
                return {"user": self._json(profile, args)}
        raise SlackRefusal("users_not_found")

    def everybody(self, slack: Workspace, args: JSON) -> JSON:
        """All members, a page at a time."""
        shown, cursor = page(list(slack.profiles.values()), args, default=1000)
        members = [self._json(profile, args) for profile in shown]
        return {"members": members, "cache_ts": slack.seconds(), "response_metadata": {"next_cursor": cursor}}


def bots_info(slack: Workspace, args: JSON) -> JSON:
    """The app's own bot."""
    if args.get("bot") not in (None, BOT_ID):
        raise SlackRefusal("bot_not_found")
    bot: JSON = {"id": BOT_ID, "deleted": False, "name": slack.bot.name, "app_id": APP_ID, "user_id": slack.bot.id}
    return {"bot": bot}
