"""Facts of a case in words: its people and stages, whom a task is for, visits, rework, and what happens by itself."""
