"""The HTTP resource of re-adjudications."""
