"""The test suite: builders, fakes and stories."""
