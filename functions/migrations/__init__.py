"""Bring the database's schema up to the code."""
