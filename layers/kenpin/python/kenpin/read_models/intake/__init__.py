"""Rows of the intake of factory events."""
