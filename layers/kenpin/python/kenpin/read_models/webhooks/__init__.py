"""Rows of webhooks."""
