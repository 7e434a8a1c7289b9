"""Retries that a person asks for."""
