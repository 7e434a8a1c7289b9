"""The HTTP resource of annotations."""
