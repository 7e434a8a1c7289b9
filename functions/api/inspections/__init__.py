"""The HTTP resource of inspections."""
