"""What all tests share."""

import sys
from collections.abc import Iterator

import pytest

from tests.postgres_server import (
    empty_database_url,
    postgres_database,
    postgres_event_store,
    postgres_job_queue,
    postgres_url,
    prepared_database_url,
    prepared_template,
)

__all__ = [
    "empty_database_url",
    "postgres_database",
    "postgres_event_store",
    "postgres_job_queue",
    "postgres_url",
    "prepared_database_url",
    "prepared_template",
]


@pytest.fixture(autouse=True)
def no_session_of_another_test() -> Iterator[None]:
    """An AWS session remembers whose credentials it found first."""
    yield
    clients = sys.modules.get("kenpin.adapters.aws.clients")
    if clear := getattr(getattr(clients, "session", None), "cache_clear", None):
        clear()  # where no test has put a session of its own
