"""Companies described in YAML: what is accepted, and what is reported as a problem."""
