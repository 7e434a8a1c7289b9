"""The HTTP resource of data health."""
