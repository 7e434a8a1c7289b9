"""Builds the documentation site from docs/ into host/static/docs: `python -m host.docs_site`."""
