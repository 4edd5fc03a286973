"""A local Slack for tests: the Web API, Socket Mode and request URLs, as strict as the platform."""

from .clock import Clock, HandClock, WallClock
from .deliveries import Delivery, Kind
from .faults import Delay, DropAfter, DropBefore, Hold, RateLimited, Refuse, ServerError
from .http_mode import signature
from .messages import Message
from .methods import METHODS, Method
from .people import Channel, File
from .person import Person
from .server import SlackServer
from .values import CannotDo
from .views import View
from .web_api import Call

__all__ = [
    "METHODS",
    "Call",
    "CannotDo",
    "Channel",
    "Clock",
    "Delay",
    "Delivery",
    "DropAfter",
    "DropBefore",
    "File",
    "HandClock",
    "Hold",
    "Kind",
    "Message",
    "Method",
    "Person",
    "RateLimited",
    "Refuse",
    "ServerError",
    "SlackServer",
    "View",
    "WallClock",
    "signature",
]
