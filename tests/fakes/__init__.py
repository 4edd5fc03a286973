"""Fakes that behave like the real thing, in memory and moved by hand."""
