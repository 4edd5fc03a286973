"""Whether cases run from the start to an end: what is reached, which outcomes are open, which states there are."""
