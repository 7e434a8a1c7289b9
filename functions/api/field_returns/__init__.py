"""The HTTP resource of field returns."""
