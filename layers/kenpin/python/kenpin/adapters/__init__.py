"""Adapters of the ports, one package per technology, with the same file names in each."""
