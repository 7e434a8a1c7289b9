"""Rebuild rows of read models."""
