"""Commands, typed with or without a slash: one table, and the function of each word."""
