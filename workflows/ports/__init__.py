"""What the core asks of the outside world: Protocols and their values."""
