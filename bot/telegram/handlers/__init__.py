"""What an update means: translated, handed to the conversation, replied to."""
