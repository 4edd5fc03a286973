"""views.*: modals and Home tabs."""

from .content import checked_view
from .values import JSON, SlackRefusal
from .views import View
from .workspace import Workspace

DEEPEST_STACK = 3


def _invalid(sentence: str) -> SlackRefusal:
    return SlackRefusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] {sentence}"]})


def _modal(slack: Workspace, args: JSON, *, but: View | None = None) -> JSON:
    payload = checked_view(args["view"])
    if payload["type"] != "modal":
        raise _invalid("must be a valid enum value [json-pointer:/view/type]")
    if slack.external_id_taken(payload.get("external_id"), but=but):
        raise SlackRefusal("duplicate_external_id")
    return payload


def _who(slack: Workspace, args: JSON) -> str:
    if not args.get("trigger_id"):
        raise _invalid("missing required field: trigger_id")
    return slack.triggers.exchange(args["trigger_id"])


def open_view(slack: Workspace, args: JSON) -> JSON:
    """Open a modal for the person behind the trigger."""
    payload = _modal(slack, args)
    user = _who(slack, args)
    view = slack.new_view(payload, user)
    slack.stacks[user][:] = [view]
    slack.changed()
    return {"view": slack.view_json(view)}


def push(slack: Workspace, user: str, payload: JSON) -> View:
    """Put *payload* on the stack of *user*; raises push_limit_reached."""
    stack = slack.stacks[user]
    if len(stack) >= DEEPEST_STACK:
        raise SlackRefusal("push_limit_reached")
    view = slack.new_view(payload, user, parent=stack[-1])
    stack.append(view)
    slack.changed()
    return view


def update_view(slack: Workspace, args: JSON) -> JSON:
    """Change an open modal, by its id or its external id; raises hash_conflict when it has changed since."""
    view = _find(slack, args)
    payload = _modal(slack, args, but=view) if view.payload["type"] == "modal" else checked_view(args["view"])
    if payload["type"] != view.payload["type"]:
        raise _invalid("must match the `type` of the view being updated [json-pointer:/view/type]")
    if args.get("hash") and args["hash"] != view.hash:
        raise SlackRefusal("hash_conflict")
    slack.show(view, payload)
    return {"view": slack.view_json(view)}


def _find(slack: Workspace, args: JSON) -> View:
    if not args.get("view_id") and not args.get("external_id"):
        raise _invalid("must provide `view_id` or `external_id`")
    for view in slack.views.values():
        named = view.id == args.get("view_id") or (
            args.get("external_id") and view.payload.get("external_id") == args["external_id"]
        )
        if named and slack.is_shown(view):
            return view
    raise SlackRefusal("not_found")


def publish_view(slack: Workspace, args: JSON) -> JSON:
    """Set the Home tab of one person."""
    user = args["user_id"]
    if user not in slack.profiles:
        raise _invalid("invalid `user_id`")
    if not slack.home_enabled:
        raise SlackRefusal("not_enabled")
    payload = checked_view(args["view"])
    if payload["type"] != "home":
        raise _invalid("must be a valid enum value [json-pointer:/view/type]")
    shown = slack.homes.get(user)
    if args.get("hash") and (shown is None or shown.hash != args["hash"]):
        raise SlackRefusal("hash_conflict")
    if slack.external_id_taken(payload.get("external_id"), but=shown):
        raise SlackRefusal("duplicate_external_id")
    if shown is None:
        shown = slack.homes[user] = slack.new_view(payload, user)
    else:
        slack.show(shown, payload)
    slack.changed()
    return {"view": slack.view_json(shown)}
