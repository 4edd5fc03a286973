"""Persistence: rows never leave this folder."""
