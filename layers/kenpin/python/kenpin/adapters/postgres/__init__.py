"""Adapters for PostgreSQL 15 or newer, embedded or by URL: event store, job queue, checkpoints."""
