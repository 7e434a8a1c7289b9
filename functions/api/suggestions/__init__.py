"""The HTTP resource of suggestions."""
