"""Says why a run waits whose container died."""
