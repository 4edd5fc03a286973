"""What a payload means: translated, handed to the conversation, replied to."""
