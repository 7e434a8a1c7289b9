"""The HTTP resource of what waits for the caller."""
