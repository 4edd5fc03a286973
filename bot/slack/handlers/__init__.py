"""Payloads are read, handed to the conversation and replied to."""
