"""Brings rows up to date."""
