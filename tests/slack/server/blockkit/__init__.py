"""Block Kit's rules, from Slack's reference; each problem with the text and the pointer that the platform returns."""

from .blocks import check_blocks
from .problems import Problems
from .views import check_view

__all__ = ["Problems", "check_blocks", "check_view"]
