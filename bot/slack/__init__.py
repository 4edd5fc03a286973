"""The Slack view of the workflow core."""
