"""Words and processes, edited by people who do not code."""
