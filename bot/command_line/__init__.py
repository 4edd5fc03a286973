"""The command line: its verbs, what they do, and serving one company or the demonstration."""
