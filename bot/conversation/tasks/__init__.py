"""What the buttons of a task do."""
