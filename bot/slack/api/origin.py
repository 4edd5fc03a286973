"""Where in Slack somebody did something, and so where and how they can get a reply."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a payload says of its place; `channel_title` is None in a direct message.

    `trigger` opens a window within three seconds, `response_url` takes messages for half an hour. `window` is the id of
    the window that something was done in, `loading` the external id of a window that was opened to wait in.
    `is_read_outside`: another company reads the channel.
    """

    user: str
    channel: str | None = None
    channel_title: str | None = None
    trigger: str | None = None
    response_url: str | None = None
    thread: str | None = None
    window: str | None = None
    loading: str | None = None
    is_home: bool = False
    is_ephemeral: bool = False
    is_read_outside: bool = False

    @property
    def is_windowed(self) -> bool:
        """Whether replies have to be shown in a window, since there is no conversation to post them in."""
        in_view = self.window is not None or self.is_home
        return in_view or (self.response_url is None and self.trigger is not None)
