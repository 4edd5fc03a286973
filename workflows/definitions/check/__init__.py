"""Whether what was read makes sense: a module for each kind of mistake."""
