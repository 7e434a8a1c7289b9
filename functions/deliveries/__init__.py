"""Takes in what factories put on the intake queue."""
