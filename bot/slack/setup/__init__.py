"""What is done once: the manifest, the check of an installation, the check of bound channels."""
