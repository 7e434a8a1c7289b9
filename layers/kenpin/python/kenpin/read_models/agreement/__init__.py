"""Rows of agreement tasks."""
