"""The HTTP resource of history: events, commits, timeline and diff."""
