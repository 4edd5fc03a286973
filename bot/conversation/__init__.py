"""The chat-neutral turn, written once for all chats: an incoming message becomes a command or a query, and a reply."""
