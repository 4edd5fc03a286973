"""Stories on the conversation and its replies."""
