"""Rows of re-adjudications."""
