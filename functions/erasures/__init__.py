"""Delete the bytes of erased images."""
