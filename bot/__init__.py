"""Adapters: everything that people and machines touch."""
