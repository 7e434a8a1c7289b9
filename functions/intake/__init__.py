"""Intake of image events from factory systems."""
