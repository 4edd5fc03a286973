"""Forms question by question, for chats that have no dialogs."""
