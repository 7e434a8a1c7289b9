"""The HTTP resource of embedding maps."""
