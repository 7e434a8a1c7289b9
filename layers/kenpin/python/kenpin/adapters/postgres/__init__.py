"""One machine: the event store and the job queue in PostgreSQL 15 or newer, embedded or by URL."""
