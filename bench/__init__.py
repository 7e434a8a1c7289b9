"""Measured claims: `python -m bench NAME --json` runs one file of `bench/claims` and prints one document."""
