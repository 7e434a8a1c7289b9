"""The HTTP resource of agreement tasks."""
