"""Rows of members, roles and tokens."""
