"""A project: products, label book, inspection policy."""
