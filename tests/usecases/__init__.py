"""The use cases over real databases."""
