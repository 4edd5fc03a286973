"""What the source itself must obey."""
