"""Adapters in memory, with the real semantics, for specifications and tests."""
