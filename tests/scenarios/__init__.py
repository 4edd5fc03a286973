"""Whole cases played from start to end."""
