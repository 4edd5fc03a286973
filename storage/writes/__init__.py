"""What transaction functions read and write."""
