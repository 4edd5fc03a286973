"""How what is committed reaches the chats, whatever the chats do."""
