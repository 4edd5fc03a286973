"""Small companies written as an author writes them, each for one mechanism of the process language."""
