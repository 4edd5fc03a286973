"""The test suite: builders, fakes, and the stories they tell."""
