"""Record why the container of a run stopped."""
