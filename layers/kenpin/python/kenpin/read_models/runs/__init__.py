"""Rows of training runs."""
