"""Rows of datasets."""
