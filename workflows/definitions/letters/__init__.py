"""Letters and handover messages: what they may use, and how they are read."""
