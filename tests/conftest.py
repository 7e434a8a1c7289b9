"""What all tests share."""

from tests.postgres_server import (
    empty_database_url,
    postgres_database,
    postgres_event_store,
    postgres_job_queue,
    postgres_url,
)

__all__ = [
    "empty_database_url",
    "postgres_database",
    "postgres_event_store",
    "postgres_job_queue",
    "postgres_url",
]
