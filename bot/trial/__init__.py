"""Walking a process in the terminal before it is published: one person plays everybody."""
