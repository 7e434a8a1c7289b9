"""The HTTP resource of training runs."""
