"""Kenpin: the product without its entry points (domain, application, read models, adapters)."""

__version__ = "0.1.0"
