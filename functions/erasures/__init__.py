"""Deletes what was erased."""
