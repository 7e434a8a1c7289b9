"""Build the rows of a new layout, and drop those of others."""
