"""One thin asynchronous call around one plain transaction function each."""
