"""Tables and their columns, and how rows become values."""
