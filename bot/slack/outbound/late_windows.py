"""Windows that come too late: a trigger opens one within three seconds, and a window may be closed before its reply.

A reply whose window is late is posted as a message, with a button that opens the window (`replies`). Replies that take
long get a window to wait in before their trigger expires (`slack/handlers/waiting_windows`).
"""

from dataclasses import replace

import structlog

from bot.slack.api.client import JSON, Api
from bot.slack.api.errors import TriggerExpired, ViewGone
from bot.slack.api.origin import Origin
from workflows.ports.chat import ChatError

log = structlog.get_logger(__name__)


async def show_in_time(api: Api, origin: Origin, window: JSON) -> bool:
    """Show a window, in the place of the one at hand; False when it is too late, or when there is no way to."""
    try:
        if origin.loading is not None:
            # Whoever looks at a window that waits has waited longest.
            await api.call_first("views.update", external_id=origin.loading, view=window)
        elif origin.window is not None:
            await api.call("views.update", view_id=origin.window, view=window)
        elif origin.trigger is not None:
            await api.call("views.open", trigger_id=origin.trigger, view=window)
        else:
            return False
    except (TriggerExpired, ViewGone) as problem:
        log.info("A window could not be shown any more.", action="slack_window_late", code=problem.code)
        return False
    except ChatError as problem:
        log.warning("A window could not be shown.", action="slack_window_lost", code=problem.code)
        return False
    return True


def without_trigger(origin: Origin) -> Origin:
    """Return where somebody is once a window was late: a trigger works once, and not at all when it is late."""
    return replace(origin, trigger=None)
