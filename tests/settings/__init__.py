"""Settings and how their mistakes are told."""
