"""Use cases: each reads the rows it needs, decides and appends; reactors answer facts."""
