"""Benchmarks of claims: `python -m bench NAME --json` runs one file of `bench/claims` and prints a JSON document."""
