"""Settings and how mistakes in them are reported."""
