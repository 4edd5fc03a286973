"""Whether what is asked fits: fields and their kinds, computed fields, and when a question is asked."""
