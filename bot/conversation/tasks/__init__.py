"""The functions of a task's buttons."""
