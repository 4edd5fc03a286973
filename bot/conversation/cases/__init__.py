"""A case as people read it: where it stands, what it has gathered, page by page."""
