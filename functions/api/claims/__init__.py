"""The HTTP resource of claims."""
