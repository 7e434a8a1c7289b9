"""Fixtures of all tests, and which tests share a process when pytest-xdist runs them side by side."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.postgres_server import (
    empty_database_url,
    postgres_database,
    postgres_event_store,
    postgres_job_queue,
    postgres_url,
    prepared_database_url,
    prepared_template,
    reused_database,
)

__all__ = [
    "empty_database_url",
    "postgres_database",
    "postgres_event_store",
    "postgres_job_queue",
    "postgres_url",
    "prepared_database_url",
    "prepared_template",
    "reused_database",
]

HERE: Final = Path(__file__).parent
TOGETHER: Final = ("cdk", "e2e", "host")
"""Folders whose tests share what takes long to make, or need much of the machine for themselves."""
LONGEST: Final = (
    "e2e",
    "cdk",
    "host",
    "training/test_checkpoint.py",
    "training/test_entry_point.py",
    "functions/test_openapi.py",
    "read_models/test_rebuild.py",
)
"""They start first, or one process would end with them while the other has nothing left to do."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of one file share a process, and with it the fixtures of their module."""
    if not hasattr(config, "workerinput"):
        return
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item)))
    items.sort(key=place_of)


def group_of(item: pytest.Item) -> str:
    file = item.path.relative_to(HERE)
    return file.parts[0] if file.parts[0] in TOGETHER else file.as_posix()


def place_of(item: pytest.Item) -> int:
    group = group_of(item)
    return LONGEST.index(group) if group in LONGEST else len(LONGEST)


@pytest.fixture(autouse=True)
def no_session_of_another_test() -> Iterator[None]:
    """An AWS session remembers whose credentials it found first."""
    yield
    clients = sys.modules.get("kenpin.adapters.aws.clients")
    if clear := getattr(getattr(clients, "session", None), "cache_clear", None):
        clear()  # where no test has put a session of its own
