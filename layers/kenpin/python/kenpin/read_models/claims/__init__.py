"""Rows of claims."""
