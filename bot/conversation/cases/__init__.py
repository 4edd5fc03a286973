"""A case as people read it: its status, its data, letters and history."""
