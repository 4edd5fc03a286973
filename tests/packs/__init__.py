"""Stories of the company packs: each describes what its organisation does."""
