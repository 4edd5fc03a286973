"""Messages that people write, and their files."""
