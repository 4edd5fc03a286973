"""The language of a reader: catalogues, values in words, and how commands are written in a chat."""
