"""The Bot API: calls at its pace, addresses, markup, errors."""
