"""Stories that are told once and run in each chat, and in companies whose people use several."""
