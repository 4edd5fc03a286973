"""Stand-ins that behave like the real thing, kept in memory and moved by hand."""
