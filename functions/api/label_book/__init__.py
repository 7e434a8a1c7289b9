"""The HTTP resource of the label book."""
