"""A form as its reader sees it, and the dialog around it."""
