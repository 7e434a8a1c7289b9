"""Project events into rows."""
