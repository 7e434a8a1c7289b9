"""Adapters of services that are reached over HTTP."""
