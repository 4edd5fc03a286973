"""What the host gives the program: settings, the secret key, the clock, the log and memory."""
