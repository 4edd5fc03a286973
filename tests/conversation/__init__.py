"""Stories told to the conversation and what it answers."""
