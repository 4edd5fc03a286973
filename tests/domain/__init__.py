"""Stories of the pure domain."""
