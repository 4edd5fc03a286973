"""What the outbox asks for becomes messages in chats."""
