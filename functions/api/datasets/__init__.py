"""The HTTP resource of datasets."""
