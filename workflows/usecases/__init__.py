"""The use cases: each one thin asynchronous call around one plain transaction function."""
