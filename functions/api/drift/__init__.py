"""The HTTP resource of drift."""
