"""What goes out: cards, notices and replies, in order."""
