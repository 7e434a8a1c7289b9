"""The HTTP resource of operations: queues, intake, parked streams, dead letters."""
