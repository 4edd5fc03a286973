"""The Telegram view of the workflow core."""
