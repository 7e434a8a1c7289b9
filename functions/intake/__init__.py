"""Takes image events from factory systems."""
