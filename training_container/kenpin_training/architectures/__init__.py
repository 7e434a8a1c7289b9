"""Model families that a recipe can name, one folder each."""
