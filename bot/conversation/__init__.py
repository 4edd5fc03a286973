"""The chat-neutral talk, written once for all chats: an incoming message becomes a command or a query, and a reply."""
