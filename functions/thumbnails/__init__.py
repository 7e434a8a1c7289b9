"""Makes small pictures."""
