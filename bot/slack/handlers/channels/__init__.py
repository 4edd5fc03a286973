"""Channels: joined, and what happens to them."""
