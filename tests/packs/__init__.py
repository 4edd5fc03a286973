"""Stories of the company packs: each says what its organisation does."""
