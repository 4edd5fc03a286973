"""Telegram as a view of the workflow core."""
