"""Makes rows anew."""
