"""Sentences for people: refusals, problems of answers and chats, and days as they were understood."""
