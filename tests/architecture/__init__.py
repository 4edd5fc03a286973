"""Rules that the source itself must obey."""
