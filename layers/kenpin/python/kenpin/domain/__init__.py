"""Pure rules of inspection data: no clock, no I/O."""
