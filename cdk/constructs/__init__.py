"""Constructs, one per capability."""
