"""Adapters on a folder of this machine."""
