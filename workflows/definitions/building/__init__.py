"""Building the company and its processes from the keys of the files."""
