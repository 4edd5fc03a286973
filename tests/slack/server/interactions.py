"""The payloads of what people do: presses, commands, shortcuts, submitted and closed modals."""

from .messages import Control, Message
from .people import Channel, Profile
from .values import JSON
from .views import View, initial_state
from .workspace import APP_ID, TEAM_DOMAIN, TEAM_ID, Workspace


def _user(profile: Profile) -> JSON:
    return {"id": profile.id, "username": profile.username, "name": profile.username, "team_id": TEAM_ID}


def _start(slack: Workspace, profile: Profile, kind: str) -> JSON:
    return {
        "type": kind,
        "user": _user(profile),
        "token": "verification-token",
        "trigger_id": slack.triggers.issue(profile.id),
        **slack.fact_ids(),
    }


def _response_url(slack: Workspace, kind: str, user: str, channel: Channel, source: Message | None) -> str:
    return f"{slack.url}{kind}/{TEAM_ID}/{slack.response_urls.issue(user, channel.id, source)}"


def _name(channel: Channel) -> str:
    """The name of a channel in payloads: that of a private one is left out."""
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def _place(channel: Channel) -> JSON:
    return {"id": channel.id, "name": _name(channel)}


def _state(message: Message) -> JSON:
    values: JSON = {}
    for (block_id, action_id), value in initial_state(message.blocks).items():
        values.setdefault(block_id, {})[action_id] = value
    return {"values": values}


def press_in_message(slack: Workspace, profile: Profile, message: Message, control: Control) -> JSON:
    """block_actions from a message, or from an ephemeral one (which Slack does not repeat in the payload)."""
    channel = slack.channels[message.channel]
    ephemeral = message.ephemeral_for is not None
    container: JSON = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _start(slack, profile, "block_actions") | {
        "container": container,
        "channel": _place(channel),
        "state": _state(message),
        "response_url": _response_url(slack, "actions", profile.id, channel, message),
        "actions": [control.action(slack.new_ts())],
    }
    return payload if ephemeral else payload | {"message": slack.message_json(message)}


def press_in_view(slack: Workspace, profile: Profile, view: View, action: JSON) -> JSON:
    """block_actions from a modal or the Home tab."""
    return _start(slack, profile, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "view": slack.view_json(view),
        "actions": [action],
    }


def searching(slack: Workspace, profile: Profile, view: View, block: JSON, words: str) -> JSON:
    """block_suggestion: what was typed into a menu that the app fills; it has no trigger."""
    payload = _start(slack, profile, "block_suggestion") | {
        "container": {"type": "view", "view_id": view.id},
        "view": slack.view_json(view),
        "action_id": block["element"]["action_id"],
        "block_id": block["block_id"],
        "value": words,
    }
    del payload["trigger_id"]
    return payload


def submission(slack: Workspace, profile: Profile, view: View) -> JSON:
    """view_submission."""
    return _start(slack, profile, "view_submission") | {"view": slack.view_json(view), "response_urls": []}


def closing(slack: Workspace, profile: Profile, view: View, *, is_cleared: bool) -> JSON:
    """view_closed; it has no trigger, and does not contain the contents of the window."""
    told = slack.view_json(view) | {"state": {"values": {}}}
    payload = _start(slack, profile, "view_closed") | {"view": told, "is_cleared": is_cleared}
    del payload["trigger_id"]
    return payload


def command(slack: Workspace, profile: Profile, channel: Channel, name: str, text: str) -> JSON:
    """The form fields of a slash command, all strings."""
    return {
        "token": "verification-token",
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": _name(channel),
        "user_id": profile.id,
        "user_name": profile.username,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": _response_url(slack, "commands", profile.id, channel, None),
        "trigger_id": slack.triggers.issue(profile.id),
    }


def shortcut(slack: Workspace, profile: Profile, callback_id: str) -> JSON:
    """A global shortcut: no channel, no response_url."""
    more: JSON = {"callback_id": callback_id, "action_ts": slack.new_ts()}
    return _start(slack, profile, "shortcut") | more


def message_shortcut(slack: Workspace, profile: Profile, message: Message, callback_id: str) -> JSON:
    """A shortcut from the menu of a message."""
    channel = slack.channels[message.channel]
    return _start(slack, profile, "message_action") | {
        "callback_id": callback_id,
        "action_ts": slack.new_ts(),
        "message_ts": message.ts,
        "message": slack.message_json(message),
        "channel": _place(channel),
        "response_url": _response_url(slack, "app", profile.id, channel, message),
    }
