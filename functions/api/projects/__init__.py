"""The HTTP resource of projects."""
