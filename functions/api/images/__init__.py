"""The HTTP resource of images."""
