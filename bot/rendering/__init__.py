"""Renders the facts of a case as cards, notices and letters, in a language and a dialect."""
