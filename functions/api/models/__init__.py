"""The HTTP resource of models."""
