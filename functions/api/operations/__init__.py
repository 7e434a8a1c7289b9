"""The HTTP resource of operations: queue, dead letters, parked streams, health."""
