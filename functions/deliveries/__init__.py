"""Register images from the intake queue."""
