"""Companies described in YAML: what is taken, and what is told to be wrong."""
