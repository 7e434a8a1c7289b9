"""Rows of undo."""
