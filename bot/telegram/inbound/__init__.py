"""How updates come in: polled or pushed, in order, each once."""
