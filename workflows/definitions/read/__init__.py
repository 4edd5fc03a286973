"""The text of a file becomes the models of its keys; every formal mistake is a problem with its line."""
