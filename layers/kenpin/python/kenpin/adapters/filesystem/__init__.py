"""Adapters that stand on a folder of this machine."""
