"""Flow between aggregates: a recorded fact → the next command or job."""
