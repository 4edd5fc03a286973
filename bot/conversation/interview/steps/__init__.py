"""Where somebody is in an interview, and how one gets from there to the next question."""
