"""Forms: how their reader sees them, and the dialog around them."""
