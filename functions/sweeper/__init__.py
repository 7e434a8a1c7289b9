"""Heals what no doorbell rang for."""
