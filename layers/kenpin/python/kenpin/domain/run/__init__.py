"""A run: one training of one recipe on one version of one dataset."""
