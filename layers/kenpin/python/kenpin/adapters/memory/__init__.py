"""Adapters that live in memory: for specifications and tests, with the real semantics."""
