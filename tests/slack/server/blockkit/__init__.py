"""Block Kit's rules, from Slack's reference; each problem in the words and with the pointer that the platform gives."""

from .blocks import check_blocks
from .problems import Problems
from .views import check_view

__all__ = ["Problems", "check_blocks", "check_view"]
