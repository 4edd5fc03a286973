"""Marked-up text: the dialects of the chats, and the templates whose values are escaped for them."""
