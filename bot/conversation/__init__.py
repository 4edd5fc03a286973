"""The conversation, written once for all chats: an update becomes a command or a query, and a reply."""
