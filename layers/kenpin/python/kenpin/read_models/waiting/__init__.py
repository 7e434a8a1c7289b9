"""Counts of the work that waits for a person, by dataset."""
