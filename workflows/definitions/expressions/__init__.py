"""Expressions of authors, compiled into functions."""
