"""What people type with or without a slash: one table of commands, and what each word does."""
