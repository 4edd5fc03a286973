"""The built-in web chat, a view of the workflow core."""
