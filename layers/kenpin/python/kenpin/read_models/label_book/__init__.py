"""Rows of the label book."""
