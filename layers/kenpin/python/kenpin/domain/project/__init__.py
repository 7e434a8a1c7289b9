"""A project: products, defect classes, and what an escape costs."""
