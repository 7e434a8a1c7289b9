"""Rows of parked streams."""
