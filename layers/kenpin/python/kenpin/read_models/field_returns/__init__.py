"""Rows of field returns."""
