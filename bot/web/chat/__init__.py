"""The built-in web chat: what a browser reads and sends."""
