"""files.*: the upload in three steps, and what is known of a file."""

from .api_chat import visible_channel
from .arguments import invalid
from .content import checked_blocks
from .people import Channel, File
from .values import JSON, SlackRefusal
from .workspace import Workspace

LARGEST_FILE = 1_000_000_000


def get_upload_url(slack: Workspace, args: JSON) -> JSON:
    """Step one: an address for the bytes."""
    if args["length"] < 1:
        raise invalid("must be greater than 1 [json-pointer:/length]")
    if args["length"] > LARGEST_FILE:
        raise SlackRefusal("file_upload_size_restricted")
    if len(args.get("alt_txt", "")) > 1000:
        raise SlackRefusal("alt_txt_too_large")
    file = slack.add_file(args["filename"], args["filename"], slack.bot.id, args["length"])
    return {"upload_url": f"{slack.url}upload/v1/{file.id}", "file_id": file.id}


def complete_upload(slack: Workspace, args: JSON) -> JSON:
    """Step three: finish the files and share them."""
    files = [_finished(slack, item) for item in args["files"]]
    blocks = checked_blocks(args.get("blocks"))
    channels = [_target(slack, channel_id) for channel_id in _targets(args)]
    for file in files:
        file.completed = True
    for channel in channels:
        _share(slack, channel, files, args, blocks)
    return {"files": [file.to_json() for file in files]}


def _targets(args: JSON) -> list[str]:
    found = [args["channel_id"]] if args.get("channel_id") else []
    return found + [word.strip() for word in str(args.get("channels") or "").split(",") if word.strip()]


def _finished(slack: Workspace, item: object) -> File:
    if not isinstance(item, dict) or "id" not in item:
        raise invalid("missing required field: id [json-pointer:/files/0]")
    file = slack.files.get(item["id"])
    if file is None or file.completed:
        raise SlackRefusal("file_not_found")
    if file.content is None or len(file.content) != file.length:
        raise SlackRefusal("file_update_failed")
    file.title = item.get("title") or file.name
    return file


def _target(slack: Workspace, channel_id: str) -> Channel:
    channel = visible_channel(slack, channel_id)
    if slack.bot.id not in channel.members:
        raise SlackRefusal("not_in_channel")
    if channel.is_archived:
        raise SlackRefusal("posting_to_channel_denied")
    return channel


def _share(slack: Workspace, channel: Channel, files: list[File], args: JSON, blocks: list[JSON] | None) -> None:
    message = slack.new_message(
        channel, user=slack.bot.id, text=args.get("initial_comment") or "", thread_ts=args.get("thread_ts") or None
    )
    message.blocks = slack.finished_blocks(blocks or [])
    message.files = files
    message.subtype = "file_share"
    for file in files:
        file.channels.add(channel.id)
    slack.add_message(channel, message)


def info(slack: Workspace, args: JSON) -> JSON:
    """One file."""
    file = slack.files.get(args["file"])
    if file is None or not file.completed:
        raise SlackRefusal("file_not_found")
    return {"file": file.to_json(), "comments": [], "response_metadata": {"next_cursor": ""}}
