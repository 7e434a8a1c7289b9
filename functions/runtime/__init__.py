"""The plumbing of every function: the shape of events, telemetry, doorbells, custom resources."""
