"""Cards and notices: the text, the facts and the buttons of a message about a task."""
