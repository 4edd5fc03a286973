"""Payloads come in: over Socket Mode or HTTP, acknowledged at once, each handled once."""
