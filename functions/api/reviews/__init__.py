"""The HTTP resource of reviews."""
