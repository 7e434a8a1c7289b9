"""Turn events into jobs and commands."""
