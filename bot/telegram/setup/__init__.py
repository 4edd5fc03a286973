"""What is done once at the start: the greeting, the menus, invitation links."""
