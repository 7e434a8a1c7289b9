"""Plans of imports and their labels."""
